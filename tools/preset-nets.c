/* Nets of many blocks as SPECs, written by loops: residual nets, MobileNetV3
   and ConvNeXt. */
#include <stdio.h>

#include "presets.h"

/* He and others, "Deep residual learning" (2015), the nets for CIFAR with
   shortcuts by convolution where shapes change. */
static void
resnet_block(struct text *t, int stage, int block, const char *from)
{
	int filters = 8 << stage, first = stage > 1 && block == 1;
	const char *stride = first ? ",stride=2" : "";

	text_addf(t,
	    "conv:%d:3,pad=1,bias=false%s,from=%s,name=s%d/b%d/conv1\n"
	    "bn:relu,momentum=0.9,epsilon=1e-5,name=s%d/b%d/bn1\n"
	    "conv:%d:3,pad=1,bias=false,name=s%d/b%d/conv2\n"
	    "bn,momentum=0.9,epsilon=1e-5,name=s%d/b%d/bn2\n",
	    filters, stride, from, stage, block, stage, block, filters, stage,
	    block, stage, block);
	if (first)
		text_addf(t,
		    "conv:%d:1,bias=false,stride=2,from=%s,name=s%d/b%d/"
		    "shortcut\n"
		    "bn,momentum=0.9,epsilon=1e-5,name=s%d/b%d/shortcut_bn\n",
		    filters, from, stage, block, stage, block);
	text_addf(t, "add:relu,from=s%d/b%d/bn2+", stage, block);
	if (first)
		text_addf(t, "s%d/b%d/shortcut_bn", stage, block);
	else
		text_add(t, from);
	text_addf(t, ",name=s%d/b%d/add\n", stage, block);
}

void
preset_resnet(struct text *t, int blocks)
{
	char from[32] = "bn_relu";

	text_add(t,
	    "--input=32x32x3\n--classes=10\n--task=classify\n"
	    "--pre={picture}scale:1/255,{normal}\n--init=he_normal\n"
	    "conv:16:3,pad=1,bias=false,name=conv\n"
	    "bn:relu,momentum=0.9,epsilon=1e-5,name=bn\n");
	for (int stage = 1; stage <= 3; stage++)
		for (int block = 1; block <= blocks; block++) {
			resnet_block(t, stage, block, from);
			snprintf(from, sizeof(from), "s%d/b%d/add_relu", stage,
			    block);
		}
	text_add(t, "gap\ndense:{classes}:softmax\n");
}

/* Howard and others, "Searching for MobileNetV3" (2019), table 2. */
static const struct mobile {
	int kernel, expand, filters, squeeze; /* squeeze 0: none */
	const char *act;
	int stride;
} mobile_blocks[] = {
	{ 3, 16, 16, 8, "relu", 2 },
	{ 3, 72, 24, 0, "relu", 2 },
	{ 3, 88, 24, 0, "relu", 1 },
	{ 5, 96, 40, 24, "hard_swish", 2 },
	{ 5, 240, 40, 64, "hard_swish", 1 },
	{ 5, 240, 40, 64, "hard_swish", 1 },
	{ 5, 120, 48, 32, "hard_swish", 1 },
	{ 5, 144, 48, 40, "hard_swish", 1 },
	{ 5, 288, 96, 72, "hard_swish", 2 },
	{ 5, 576, 96, 144, "hard_swish", 1 },
	{ 5, 576, 96, 144, "hard_swish", 1 },
};

enum { MOBILE_BLOCKS = sizeof(mobile_blocks) / sizeof(*mobile_blocks) };

/* Channels weighed by what the whole picture says. */
static void
squeeze_excite(struct text *t, const struct mobile *b, int at)
{
	text_addf(t,
	    "gap,keepdims,name=b%d/squeeze\n"
	    "conv:%d:1:relu,name=b%d/reduce\n"
	    "conv:%d:1:hard_sigmoid,name=b%d/excite\n"
	    "multiply,from=b%d/dw_bn_%s+b%d/excite_hard_sigmoid,name=b%d/weigh"
	    "\n",
	    at, b->squeeze, at, b->expand, at, at, b->act, at, at);
}

static void
mobile_block(struct text *t, const struct mobile *b, int at, int channels,
    const char *from)
{
	if (b->expand != channels)
		text_addf(t,
		    "conv:%d:1,bias=false,name=b%d/expand\n"
		    "bn:%s,name=b%d/expand_bn\n",
		    b->expand, at, b->act, at);
	text_addf(t,
	    "dwconv:%d,pad=%d,bias=false%s,name=b%d/dw\n"
	    "bn:%s,name=b%d/dw_bn\n",
	    b->kernel, b->kernel / 2, b->stride > 1 ? ",stride=2" : "", at,
	    b->act, at);
	if (b->squeeze)
		squeeze_excite(t, b, at);
	text_addf(t,
	    "conv:%d:1,bias=false,name=b%d/project\n"
	    "bn,name=b%d/project_bn\n",
	    b->filters, at, at);
	if (b->stride == 1 && b->filters == channels)
		text_addf(t, "add,from=b%d/project_bn+%s,name=b%d/add\n", at,
		    from, at);
}

void
preset_mobilenet(struct text *t, int unused)
{
	const struct mobile *b = mobile_blocks;
	char from[32] = "stem_bn_hard_swish";
	int channels = 16;

	(void)unused;
	text_add(t,
	    "--input=224x224x3\n--classes=1000\n--task=classify\n"
	    "--pre={picture}scale:1/255,{normal}\n--init=he_normal\n"
	    "conv:16:3,stride=2,pad=1,bias=false,name=stem\n"
	    "bn:hard_swish,name=stem_bn\n");
	for (int i = 1; i <= MOBILE_BLOCKS; i++, b++) {
		int adds = b->stride == 1 && b->filters == channels;

		mobile_block(t, b, i, channels, from);
		channels = b->filters;
		snprintf(from, sizeof(from), "b%d/%s", i,
		    adds ? "add" : "project_bn");
	}
	text_add(t,
	    "conv:576:1,bias=false,name=last\nbn:hard_swish,name=last_bn\n"
	    "gap\ndense:1024:hard_swish,name=hidden\ndropout:0.2\n"
	    "dense:{classes}:softmax\n");
}

/* Liu and others, "A ConvNet for the 2020s" (2022), in the size that timm
   calls nano. */
static void
convnext_block(
    struct text *t, int stage, int block, int width, const char *from)
{
	text_addf(t,
	    "dwconv:7,pad=3,name=s%d/b%d/dw\n"
	    "ln,epsilon=1e-6,name=s%d/b%d/ln\n"
	    "dense:%d:gelu,name=s%d/b%d/fc1\n"
	    "dense:%d,name=s%d/b%d/fc2\n"
	    "layer_scale,name=s%d/b%d/scale\n"
	    "add,from=s%d/b%d/scale+%s,name=s%d/b%d/add\n",
	    stage, block, stage, block, 4 * width, stage, block, width, stage,
	    block, stage, block, stage, block, from, stage, block);
}

void
preset_convnext(struct text *t, int unused)
{
	static const int blocks[] = { 2, 2, 8, 2 };
	char from[32] = "stem_ln";

	(void)unused;
	text_add(t,
	    "--input=224x224x3\n--classes=1000\n--task=classify\n"
	    "--pre={picture}scale:1/255,{normal}\n"
	    "--init=truncated_normal,stddev=0.02\n"
	    "conv:80:4,stride=4,name=stem\nln,epsilon=1e-6,name=stem_ln\n");
	for (int stage = 1; stage <= 4; stage++) {
		int width = 40 << stage;

		if (stage > 1) {
			text_addf(t,
			    "ln,epsilon=1e-6,name=s%d/down_ln\n"
			    "conv:%d:2,stride=2,name=s%d/down\n",
			    stage, width, stage);
			snprintf(from, sizeof(from), "s%d/down", stage);
		}
		for (int block = 1; block <= blocks[stage - 1]; block++) {
			convnext_block(t, stage, block, width, from);
			snprintf(
			    from, sizeof(from), "s%d/b%d/add", stage, block);
		}
	}
	text_add(t, "gap\nln,epsilon=1e-6\ndense:{classes}:softmax\n");
}
