/* Every step of preprocessing, and what they share. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "data.h"
#include "step.h"

#define STEP(name) extern const struct step_kind step_##name;
#include "steps.def"
#undef STEP

const struct step_kind *const step_kinds[] = {
#define STEP(name) &step_##name,
#include "steps.def"
#undef STEP
	NULL,
};

void
affine_then(struct affine *a, int channel, double factor, double addend)
{
	double low = a->low[channel] * factor + addend;
	double high = a->high[channel] * factor + addend;

	a->factor[channel] *= factor;
	a->addend[channel] = a->addend[channel] * factor + addend;
	a->low[channel] = low < high ? low : high;
	a->high[channel] = low < high ? high : low;
}

int
affine_spread(struct affine *a, int n, struct err *err)
{
	int i;

	if (a->channels == n)
		return 0;
	if (a->channels != 1 || n > CHANNELS_MAX)
		return err_set(
		    err, ERR_DATA, "%d channels, not %d", a->channels, n);
	for (i = 1; i < n; i++) {
		a->factor[i] = a->factor[0];
		a->addend[i] = a->addend[0];
		a->low[i] = a->low[0];
		a->high[i] = a->high[0];
	}
	a->channels = n;
	return 0;
}

int
number_list(const char *text, double out[CHANNELS_MAX])
{
	char word[64];
	size_t length;
	int n;

	for (n = 0; n < CHANNELS_MAX; n++) {
		/* A sign behind an exponent is no separator. */
		for (length = 0; text[length] != '\0'; length++)
			if (text[length] == '+' && length > 0 &&
			    text[length - 1] != 'e' && text[length - 1] != 'E')
				break;
		if (length == 0 || length >= sizeof(word))
			return -1;
		memcpy(word, text, length);
		word[length] = '\0';
		if (text_to_real(word, &out[n]) < 0 || !isfinite(out[n]))
			return -1;
		if (text[length] == '\0')
			return n + 1;
		text += length + 1;
	}
	return -1;
}

const char *
pre_step_name(int i, const char **help, const struct attr **attrs)
{
	int n = 0;

	while (step_kinds[n] != NULL)
		n++;
	if (i < 0 || i >= n)
		return NULL;
	*help = step_kinds[i]->help;
	*attrs = step_kinds[i]->attrs;
	return step_kinds[i]->name;
}
