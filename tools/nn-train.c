/* nn-train: train a model, or go on training it, on data. */
#include "catalog.h"
#include "run.h"

static const struct cli_option options[] = {
#include "train-options.def"
	{ 0 },
};

static const char *const usage[] = {
	"[-m MODEL] [-o MODEL] [OPTION]... DATA...",
	"--resume [-C FILE] [-m MODEL] [-o MODEL] [OPTION]... DATA...",
	NULL,
};

static int
train(struct tool *t, void *o)
{
	struct run r = { 0 };

	return run_all(&r, t, o, NULL);
}

static const struct cli_tool what = {
	.name = "nn-train",
	.brief = "train a model on data",
	.usage = usage,
	.options = options,
	.run = train,
	.offers = catalog_offers,
};

int
main(int argc, char **argv)
{
	struct train_options o = { 0 };

	return tool_main(&what, &o, argc, argv);
}
