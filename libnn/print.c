/* A program as text: one line an operation, in columns. */
#include <stdio.h>

#include "elt.h"
#include "program.h"

/* Where the cells of a line begin; a cell that is too long moves the rest. */
enum {
	AT_NAME = 4,
	AT_LAYER = 26,
	AT_SHAPES = 46,
	AT_FLOPS = 86,
	AT_BYTES = 100,
	AT_BACKEND = 110,
	AT_TIME = 119,
};

static void
go_to(struct text *out, size_t line, size_t at)
{
	do
		text_add(out, " ");
	while (out->s != NULL && out->len - line < at);
}

/* 12345678 as "12.3 MFLOP". */
static void
print_count(struct text *out, double v, const char *unit)
{
	static const char *const prefix[] = { "", "k", "M", "G", "T" };
	int i = 0;

	for (; v >= 999.95 && i < 4; i++)
		v /= 1000;
	text_addf(out, i == 0 ? "%.0f %s%s" : "%.1f %s%s", v, prefix[i], unit);
}

static void
print_vals(struct text *out, struct val *const *v, int n)
{
	char shape[SHAPE_TEXT];
	int i, most = n > 4 ? 3 : n;

	for (i = 0; i < most; i++)
		text_addf(out, "%s%s", i > 0 ? " " : "",
		    shape_print(shape, &v[i]->shape));
	if (n > most)
		text_addf(out, " and %d more", n - most);
}

static void
print_what(const struct op *op, struct text *out)
{
	int whole = op->what == OP_ELTWISE || op->what == OP_ELTWISE_BACK;

	text_add(out, op_name(op->what));
	if (op->add > 0)
		text_add(out, "+add");
	if (op->elt != NULL)
		text_addf(out, "%s%s", whole ? " " : "+", op->elt->name);
	if (op->back != NULL)
		text_addf(out, "*%s'", op->back->name);
}

static void
print_shapes(const struct op *op, struct text *out)
{
	print_vals(out, op->in, op->nin);
	if (op->nout > 0)
		text_add(out, " -> ");
	print_vals(out, op->out, op->nout);
}

/* Products say so when they are of bf16. */
static void
print_backend(const struct op *op, struct text *out)
{
	int product = op->what == OP_MATMUL || op->what == OP_CONV ||
	    op->what == OP_CONV_DATA || op->what == OP_CONV_KERNEL;

	text_add(out, op->backend == NULL ? "-" : op->backend);
	if (product && op->compute == COMPUTE_BF16)
		text_add(out, " bf16");
}

/* runs: of the whole program.  number 0: part of the line before. */
static void
print_op(
    const struct program *p, int at, int number, int64_t runs, struct text *out)
{
	const struct op *op = p->ops[at];
	size_t line = out->len;

	if (number > 0)
		text_addf(out, "%3d", number);
	else
		text_add(out, "  .");
	go_to(out, line, AT_NAME);
	print_what(op, out);
	go_to(out, line, AT_LAYER);
	text_add(out, op->layer == NULL ? "-" : op->layer->node->name);
	go_to(out, line, AT_SHAPES);
	print_shapes(op, out);
	go_to(out, line, AT_FLOPS);
	print_count(out, op_flops(op), "FLOP");
	go_to(out, line, AT_BYTES);
	print_count(out, op_bytes(op), "B");
	go_to(out, line, AT_BACKEND);
	print_backend(op, out);
	if (p->clock != NULL && runs > 0) {
		go_to(out, line, AT_TIME);
		text_addf(
		    out, "%8.2f us", (double)p->ns[at] / 1e3 / (double)runs);
	}
	text_add(out, "\n");
}

/* What OP_CHUNKS does for each few samples, by one of its threads. */
static void
print_inside(const struct program *p, int at, struct text *out)
{
	const struct program *inside = chunk_inside(p->ops[at]);
	int i;

	for (i = 0; inside != NULL && i < inside->nops; i++)
		print_op(inside, i, 0, p->runs, out);
}

static void
print_head(const struct program *p, struct text *out)
{
	double ns = 0;
	int i;

	text_addf(out, "%s, batch of %lld: %d operations, ", p->name,
	    (long long)p->n, p->nops);
	print_count(out, program_flops(p), "FLOP");
	text_add(out, ", values in ");
	print_count(out, (double)p->value_size, "B");
	if (p->threads > 1)
		text_addf(out, ", %d threads", p->threads);
	for (i = 0; p->clock != NULL && i < p->nops; i++)
		ns += (double)p->ns[i];
	if (p->clock != NULL && p->runs > 0)
		text_addf(out, ", ran %lld times in %.2f us each",
		    (long long)p->runs, ns / 1e3 / (double)p->runs);
	text_add(out, "\n");
}

void
program_print(const struct program *p, struct text *out)
{
	static const char *const name[PHASE_N] = { "prepare", "forward", "loss",
		"backward", "norm", "keep", "update" };
	int i, phase = -1;

	print_head(p, out);
	for (i = 0; i < p->nops; i++) {
		if ((int)p->ops[i]->phase != phase) {
			phase = (int)p->ops[i]->phase;
			text_addf(out, "  %s\n", name[phase]);
		}
		print_op(p, i, i + 1, p->runs, out);
		print_inside(p, i, out);
	}
}
