/* Do the data look like those the model was trained on? */
#include "session.h"

/* How the values would have to be scaled to spread as those did: 255 and
   1/255 are what people forget. */
static const char *
scale_words(double ratio)
{
	if (ratio > 255.0 / 4 && ratio < 255.0 * 4)
		return "scale:255";
	if (ratio > 1 / (255.0 * 4) && ratio < 4 / 255.0)
		return "scale:1/255";
	return "";
}

static void
warn_range(struct session *s, double mean, double spread, const char *data,
    const char *words)
{
	const struct training *k = &s->training;
	const char *scale = scale_words(k->spread / spread);

	tool_warn(s->t,
	    "%s: values spread by %.3g around %.3g, the training data by %.3g "
	    "around %.3g: another range; %s --pre=%s%s%s",
	    data, spread, mean, k->spread, k->mean,
	    *scale != '\0' ? "nn-finetune would take them with"
			   : "the model's chain is",
	    scale, *scale != '\0' && *words != '\0' ? "," : "", words);
}

static double
distance(double a, double b)
{
	return a > b ? a - b : b - a;
}

/* Nearer to the training data with dark and bright exchanged? */
static int
looks_inverted(const struct session *s, double mean)
{
	const struct training *k = &s->training;
	double off = distance(mean, k->mean), low, high;

	if (pre_range(s->pre, &low, &high) < 0)
		return 0;
	return off > k->spread &&
	    distance(low + high - mean, k->mean) < off / 2;
}

int
session_compare(struct session *s, double mean, double spread, const char *data)
{
	const struct training *k = &s->training;
	struct err quiet = { 0 };
	const char *words;

	/* Nothing but one value says nothing about the range. */
	if (!k->measured || k->spread <= 0 || !(spread > 0))
		return 0;
	words = pre_print(s->model.preprocessing, &s->t->arena, &quiet);
	if (words == NULL)
		words = "";
	if (spread > 4 * k->spread || spread < k->spread / 4) {
		warn_range(s, mean, spread, data, words);
		return 1;
	}
	if (!looks_inverted(s, mean))
		return 0;
	tool_warn(s->t,
	    "%s: mean %.3g where the training data had %.3g: looks inverted; "
	    "nn-finetune --pre=%s%sinvert turns it round",
	    data, mean, k->mean, words, *words != '\0' ? "," : "");
	return 1;
}
