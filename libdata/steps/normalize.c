/* Every number minus a mean, divided by a spread: "normalize:0.13/0.31", one
   pair for all channels or one for each: "0.49+0.48+0.45/0.25+0.24+0.26". */
#include <stddef.h>

#include "step.h"

struct normalize {
	const char *mean, *std;
};

static const struct attr normalize_attrs[] = {
	{ ATTR(WORD, struct normalize, mean), 0, 0, NULL,
	    "mean of the numbers, or of each channel joined by +", 1, NULL },
	{ ATTR(WORD, struct normalize, std), 0, 0, NULL,
	    "spread of the numbers, or of each channel joined by +", 2, NULL },
	{ 0 },
};

static int
normalize_check(const void *conf, enum err_code code, struct err *err)
{
	const struct normalize *c = conf;
	double mean[CHANNELS_MAX], std[CHANNELS_MAX];
	int n = number_list(c->mean, mean);
	int i;

	if (n < 0)
		return err_set(
		    err, code, "mean: '%.40s' is no list of numbers", c->mean);
	if (number_list(c->std, std) != n)
		return err_set(err, code,
		    "std: '%.40s' is no list of %d positive numbers", c->std,
		    n);
	for (i = 0; i < n; i++)
		if (std[i] <= 0.0)
			return err_set(
			    err, code, "std: %g is not positive", std[i]);
	return 0;
}

static int
normalize_affine(
    const void *conf, int64_t channels, struct affine *a, struct err *err)
{
	const struct normalize *c = conf;
	double mean[CHANNELS_MAX], std[CHANNELS_MAX];
	int n = number_list(c->mean, mean);
	int i, k;

	number_list(c->std, std);
	if (n != 1 && n != channels)
		return err_set(err, ERR_DATA,
		    "normalize has %d means, the picture %lld channels", n,
		    (long long)channels);
	if (n != 1 && affine_spread(a, n, err) < 0)
		return -1;
	for (i = 0; i < a->channels; i++) {
		k = n == 1 ? 0 : i;
		affine_then(a, i, 1.0 / std[k], -mean[k] / std[k]);
	}
	return 0;
}

const struct step_kind step_normalize = {
	.name = "normalize",
	.help = "subtract a mean, divide by a spread",
	.attrs = normalize_attrs,
	.conf_size = sizeof(struct normalize),
	.check = normalize_check,
	.affine = normalize_affine,
};
