/* nn-finetune: adapt a trained model to new data: freeze layers, replace the
   head, train what is left with a fresh optimizer. */
#include "base/text.h"
#include "catalog.h"
#include "recipes.h"
#include "surgery.h"

static const struct cli_option options[] = {
	{ CLI_GROUP, .help = "What learns" },
	{ CLI_LIST, "freeze", 0, offsetof(struct train_options, freeze), "SEL",
	    "these layers and tensors learn no more", .result = 1,
	    .offers = "selector" },
	{ CLI_LIST, "train", 0, offsetof(struct train_options, freeze), "SEL",
	    "these learn; freeze and train act in the order given", .result = 1,
	    .offers = "selector" },
	{ CLI_LIST, "freeze-through", 0, offsetof(struct train_options, freeze),
	    "NAME", "freeze everything up to the layer NAME", .result = 1 },
	{ CLI_TEXT, "new-head", 0, offsetof(struct train_options, new_head),
	    "LAYERS",
	    "replace the head by one for the classes of the data: like the "
	    "old one, or these layers",
	    .optional = "", .result = 1, .offers = "layer" },
	{ CLI_FLAG, "extend-head", 0,
	    offsetof(struct train_options, extend_head), NULL,
	    "classes that the model does not know join the old ones, which "
	    "keep their numbers",
	    .excludes = "new-head", .result = 1 },
	{ CLI_TEXT, "reuse-head", 0, offsetof(struct train_options, reuse_head),
	    "MAP",
	    "a head for the classes of the data, made of the old one's rows: "
	    "of the same name (name), or as the file MAP says, lines of a "
	    "class, a tab and the model's class",
	    .excludes = "new-head extend-head", .result = 1 },
	{ CLI_LIST, "unfreeze", 0, offsetof(struct train_options, unfreeze),
	    "WHEN:SEL",
	    "these layers learn from then on: after WHEN epochs, or when the "
	    "layers that learn make nothing better (plateau); what no option "
	    "names is frozen",
	    .excludes = "gradual recipe", .result = 1 },
	{ CLI_INT, "gradual", 0, offsetof(struct train_options, gradual), "K",
	    "from the head down one block more learns every K epochs (1)",
	    .optional = "1", .min = 1, .max = 1e9,
	    .excludes = "unfreeze recipe", .result = 1 },
	{ CLI_TEXT, "recipe", 0, offsetof(struct train_options, recipe), "NAME",
	    "a known way to fine-tune: what learns when, at which rates "
	    "(default for a new head: transfer)",
	    .excludes = "unfreeze gradual", .result = 1, .offers = "recipe" },
	{ CLI_FLAG, "list-recipes", 0,
	    offsetof(struct train_options, list_recipes), NULL,
	    "print the recipes, a line each, and do nothing" },
	{ CLI_INT, "input-channels", 0,
	    offsetof(struct train_options, input_channels), "N",
	    "take pictures of N channels: the first kernels and the "
	    "preprocessing follow",
	    .min = 1, .max = 64, .result = 1 },
	{ CLI_TEXT, "input-size", 0, offsetof(struct train_options, input_size),
	    "HxW",
	    "take pictures of that height and width, where the layers allow "
	    "it; resizing follows",
	    .result = 1 },
	{ CLI_WORD, "bn", 0, offsetof(struct train_options, bn), "WORD",
	    "batch norms use their stored statistics (frozen) or the batch's "
	    "(train), or measure them on the data before the first step "
	    "(recalibrate); default: frozen layers the stored ones, others "
	    "the batch's",
	    .words = bn_words, .result = 1 },
	{ CLI_TEXT, "pre", 0, offsetof(struct train_options, pre), "LIST",
	    "replace the preprocessing chain", .result = 1, .offers = "step" },
	{ CLI_TEXT, "anchor", 0, offsetof(struct train_options, anchor),
	    "L2SP:LAMBDA[,head=BETA]",
	    "pull what learns back to where it began: LAMBDA / 2 times the "
	    "squared distance joins the loss, BETA / 2 times the squares of a "
	    "new head",
	    .result = 1 },
	{ CLI_GROUP, .help = "Adapters" },
	{ CLI_LIST, "lora", 0, offsetof(struct train_options, lora),
	    "SEL[,KEY=VALUE]...",
	    "the dense and conv2d layers among these stay and get low-rank "
	    "adapters, which learn: rank=8, alpha=16, dropout=0; may be given "
	    "often",
	    .result = 1, .offers = "selector" },
	{ CLI_FLAG, "merge", 0, offsetof(struct train_options, merge), NULL,
	    "the result has the adapters in its weights", .excludes = "lr-find",
	    .result = 1 },
	{ CLI_FLAG, "adapter-only", 0,
	    offsetof(struct train_options, adapter_only), NULL,
	    "the result is a file of what differs from the model of -m alone, "
	    "for --adapter",
	    .excludes = "lr-find", .result = 1 },
	{ CLI_COMMON, "adapter" },
	{ CLI_REFUSED("keep-mask", NULL, "pruning") },
	{ CLI_REFUSED("distill", "TEACHER", "distillation") },
#include "train-options.def"
	{ 0 },
};

static const char *const usage[] = {
	"[-m MODEL] [-o MODEL] [OPTION]... DATA...",
	"--list-recipes",
	"--new-head[=LAYERS] [-m MODEL] [-o MODEL] [OPTION]... DATA...",
	NULL,
};

static int
change_head(struct run *r, struct err *err)
{
	if (r->o->new_head != NULL)
		return head_new(r, err);
	if (r->o->extend_head)
		return head_extend(r, err);
	return r->o->reuse_head != NULL ? head_reuse(r, err) : 0;
}

static int
check(struct run *r, struct err *err)
{
	if (input_check(r, err) < 0 || lora_check(r, err) < 0)
		return -1;
	return r->o->reuse_head != NULL ? head_map_read(r, err) : 0;
}

/* Between reading the model and training it.  In phases nothing learns before
   its time but a new head, unless options say what does.  Under adapters all is
   frozen, and options act on that. */
static int
operate(struct run *r, struct err *err)
{
	const struct cli_list *l = &r->o->freeze;

	if (change_head(r, err) < 0 || lora_grow(r, err) < 0 ||
	    lora_merge_check(r, err) < 0)
		return -1;
	if (phases_asked(r) && l->n == 0 && r->o->lora.n == 0)
		return freeze_by(r, "freeze",
		    r->o->new_head != NULL ? "backbone" : "all", err);
	for (int i = 0; i < l->n; i++)
		if (freeze_by(r, l->at[i].option, l->at[i].value, err) < 0)
			return -1;
	return head_check(r, err);
}

static int
list_recipes(struct tool *t)
{
	struct text out;

	text_begin(&out, &t->arena, &t->err);
	recipes_list(&out);
	if (text_end(&out) == NULL)
		return -1;
	return tool_print(t, out.s, out.len, &t->err);
}

static int
finetune(struct tool *t, void *o)
{
	static const struct surgery surgery = { check, input_change, operate };
	struct run r = { .fresh = 1 };
	const struct train_options *asked = o;

	if (asked->list_recipes)
		return list_recipes(t);
	return run_all(&r, t, o, &surgery);
}

static const struct cli_tool what = {
	.name = "nn-finetune",
	.brief = "adapt a trained model to new data",
	.usage = usage,
	.options = options,
	.run = finetune,
	.offers = catalog_offers,
};

int
main(int argc, char **argv)
{
	struct train_options o = { 0 };

	return tool_main(&what, &o, argc, argv);
}
