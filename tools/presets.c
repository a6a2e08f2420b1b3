/* Complete models by name. */
#include <string.h>

#include "base/operand.h"
#include "base/text.h"
#include "presets.h"

enum { SHOWN = 100, NAMES = 64 };

const struct preset presets[] = {
	{
	    .name = "mlp-mnist",
	    .help = "the tutorial's net for drawn digits: one hidden layer",
	    .key = { { "hidden", "128", "width of the hidden layer" } },
	    .text = "--input=28x28x1\n"
		    "--labels=0,1,2,3,4,5,6,7,8,9\n"
		    "--task=classify\n"
		    "--pre={picture}scale:1/255\n"
		    "flatten\n"
		    "dense:{hidden}:relu\n"
		    "dense:{classes}:softmax\n",
	},
	{
	    .name = "autoencoder-dense",
	    .help = "squeezes pictures into a short code and draws them again",
	    .key = { { "code", "32", "width of the code" },
		{ "hidden", "128", "width of the layers around it" } },
	    .text = "--input=28x28x1\n"
		    "--task=autoencoder\n"
		    "--pre={picture}scale:1/255\n"
		    "flatten\n"
		    "dense:{hidden}:relu\n"
		    "dense:{code}:relu,name=code\n"
		    "dense:{hidden}:relu\n"
		    "dense:{size}:sigmoid\n"
		    "reshape:{input}\n",
	},
	{
	    .name = "lenet5",
	    .help = "LeNet-5 for digits, all maps connected (61,706 "
		    "parameters)",
	    .text = "--input=28x28x1\n"
		    "--labels=0,1,2,3,4,5,6,7,8,9\n"
		    "--task=classify\n"
		    "--pre={picture}scale:1/255\n"
		    "conv:6:5:tanh,pad=2\n"
		    "avgpool:2\n"
		    "conv:16:5:tanh\n"
		    "avgpool:2\n"
		    "flatten\n"
		    "dense:120:tanh\n"
		    "dense:84:tanh\n"
		    "dense:{classes}:softmax\n",
	},
	{
	    .name = "cnn-small",
	    .help = "two convolutions and pools, good for digits",
	    .text = "--input=28x28x1\n"
		    "--labels=0,1,2,3,4,5,6,7,8,9\n"
		    "--task=classify\n"
		    "--pre={picture}scale:1/255\n"
		    "conv:32:3:relu,pad=same\n"
		    "maxpool:2\n"
		    "conv:64:3:relu,pad=same\n"
		    "maxpool:2\n"
		    "flatten\n"
		    "dense:128:relu\n"
		    "dense:{classes}:softmax\n",
	},
	{
	    .name = "vgg-small",
	    .help = "six convolutions for small photographs, in the manner of "
		    "VGG",
	    .text = "--input=32x32x3\n"
		    "--classes=10\n"
		    "--task=classify\n"
		    "--pre={picture}scale:1/255,{normal}\n"
		    "--init=he_normal\n"
		    "conv:64:3:relu,pad=same\n"
		    "conv:64:3:relu,pad=same\n"
		    "maxpool:2\n"
		    "conv:128:3:relu,pad=same\n"
		    "conv:128:3:relu,pad=same\n"
		    "maxpool:2\n"
		    "conv:256:3:relu,pad=same\n"
		    "conv:256:3:relu,pad=same\n"
		    "maxpool:2\n"
		    "flatten\n"
		    "dense:256:relu\n"
		    "dense:{classes}:softmax\n",
	},
	{
	    .name = "resnet8",
	    .help = "the residual net for CIFAR with 8 layers (78,042 "
		    "parameters)",
	    .write = preset_resnet,
	    .size = 1,
	},
	{
	    .name = "resnet20",
	    .help = "the residual net for CIFAR with 20 layers (272,474 "
		    "parameters)",
	    .write = preset_resnet,
	    .size = 3,
	},
	{
	    .name = "mobilenet-small",
	    .help = "MobileNetV3-Small: much for few multiplications "
		    "(2,542,856 parameters)",
	    .write = preset_mobilenet,
	},
	{
	    .name = "convnext-nano",
	    .help = "ConvNeXt in timm's size nano (15,593,560 parameters)",
	    .write = preset_convnext,
	},
	{
	    .name = "autoencoder",
	    .help =
		"squeezes pictures, sides a multiple of 4, into a short code "
		"by convolutions",
	    .key = { { "code", "32", "width of the code" } },
	    .text = "--input=28x28x1\n"
		    "--task=autoencoder\n"
		    "--pre={picture}scale:1/255\n"
		    "conv:16:3:relu,stride=2,pad=same\n"
		    "conv:32:3:relu,stride=2,pad=same\n"
		    "flatten\n"
		    "dense:{code}:relu,name=code\n"
		    "dense:{quarter_size}:relu\n"
		    "reshape:{quarter}x32\n"
		    "convt:16:3:relu,stride=2,pad=same\n"
		    "convt:{channels}:3:sigmoid,stride=2,pad=same\n",
	},
	{ NULL },
};

static const struct preset *
find(const char *name, struct err *err)
{
	const char *names[NAMES], *near;
	char word[SHOWN];
	int n = 0;

	for (const struct preset *p = presets; p->name; p++) {
		if (strcmp(p->name, name) == 0)
			return p;
		names[n++] = p->name;
	}
	names[n] = NULL;
	near = text_nearest(name, names);
	text_safe(word, sizeof(word), name, strlen(name));
	if (near)
		err_set(err, ERR_USAGE,
		    "--preset: '%s' is not one; did you mean '%s'?", word,
		    near);
	else
		err_set(err, ERR_USAGE,
		    "--preset: '%s' is not one; --list-presets lists them",
		    word);
	return NULL;
}

static int
unknown_key(const struct preset *p, const char *key, struct err *err)
{
	const char *names[PRESET_KEYS_MAX + 1], *near;
	char word[SHOWN];
	int n = 0;

	for (; n < PRESET_KEYS_MAX && p->key[n].name; n++)
		names[n] = p->key[n].name;
	names[n] = NULL;
	near = text_nearest(key, names);
	return err_set(err, ERR_USAGE,
	    "--preset: %s has no key '%s'; %s '%s'%s", p->name,
	    text_safe(word, sizeof(word), key, strlen(key)),
	    near ? "did you mean" : "it has", near ? near : p->key[0].name,
	    near ? "?" : "");
}

const struct preset *
preset_parse(const char *operand, const char *values[PRESET_KEYS_MAX],
    struct arena *arena, struct err *err)
{
	struct operand o;
	const struct preset *p;

	if (operand_parse(&o, operand, arena, err) < 0 || o.nplaces > 0) {
		err_set(err, ERR_USAGE, "a preset is NAME[,key=value]...");
		err_in(err, "--preset");
		return NULL;
	}
	p = find(o.name, err);
	if (!p)
		return NULL;
	for (int k = 0; k < PRESET_KEYS_MAX && p->key[k].name; k++)
		values[k] = p->key[k].init;
	for (int i = 0; i < o.keys.n; i++) {
		int k = 0;
		while (k < PRESET_KEYS_MAX && p->key[k].name &&
		    strcmp(p->key[k].name, o.keys.at[i].name) != 0)
			k++;
		if (k == PRESET_KEYS_MAX || !p->key[k].name) {
			unknown_key(p, o.keys.at[i].name, err);
			return NULL;
		}
		values[k] = o.keys.at[i].s;
	}
	return p;
}

const char *
preset_text(const struct preset *p, struct arena *arena, struct err *err)
{
	struct text t;

	if (p->text)
		return p->text;
	text_begin(&t, arena, err);
	p->write(&t, p->size);
	return text_end(&t);
}

/* What presets may leave open, besides their own keys. */
enum { OPEN = 8 };

char *
preset_fill(const struct preset *p, const char *const values[PRESET_KEYS_MAX],
    const char *line, const struct preset_open *open, struct arena *arena,
    struct err *err)
{
	const char *names[PRESET_KEYS_MAX + OPEN] = { "classes", "input",
		"size", "picture", "normal", "channels", "quarter",
		"quarter_size" };
	const char *given[PRESET_KEYS_MAX + OPEN] = { open->classes,
		open->input, open->size, open->picture, open->normal,
		open->channels, open->quarter, open->quarter_size };
	struct text out;
	int n = OPEN;

	for (int k = 0; k < PRESET_KEYS_MAX && p->key[k].name; k++) {
		names[n] = p->key[k].name;
		given[n++] = values[k];
	}
	text_begin(&out, arena, err);
	while (*line) {
		size_t plain = strcspn(line, "{"), len;
		text_add_n(&out, line, plain);
		line += plain;
		if (!*line)
			break;
		len = strcspn(++line, "}");
		for (int k = 0; k < n; k++)
			if (strlen(names[k]) == len &&
			    memcmp(names[k], line, len) == 0)
				text_add(&out, given[k]);
		line += len + 1;
	}
	return text_end(&out);
}
