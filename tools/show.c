/* What people see of a run: its progress, its end. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "frozen.h"
#include "state.h"

static double
seconds_since(uint64_t then)
{
	return (double)(tool_clock() - then) * 1e-9;
}

/* "  NAME VALUE" when there is a value. */
static void
add_value(struct text *t, const char *name, double v)
{
	if (!number_is_none(v))
		text_addf(t, "  %s %.4f", name, v);
}

/* "epoch 3/5": the first number counts all runs, as history does. */
static char *
epoch_words(struct run *r, int64_t epoch, struct arena *arena, struct err *err)
{
	const struct train_plan *p = &r->plan.train;
	long long last = (long long)(r->at.first_epoch + p->epochs);

	if (p->steps > 0)
		return arena_printf(arena, err, "epoch %lld", (long long)epoch);
	return arena_printf(
	    arena, err, "epoch %lld/%lld", (long long)epoch, last);
}

void
show_step(struct run *r, const struct train_report *report)
{
	struct progress p = { 0 };
	char what[48], text[96];
	int64_t batch = r->plan.train.batch;

	if (!tool_progress_shown(r->t))
		return;
	snprintf(what, sizeof(what), "epoch %lld/%lld",
	    (long long)report->at->epoch + 1,
	    (long long)(r->at.first_epoch + r->plan.train.epochs));
	snprintf(text, sizeof(text), "loss %.4f", report->loss);
	if (!number_is_none(report->acc))
		snprintf(text, sizeof(text), "loss %.4f  acc %.4f",
		    report->loss, report->acc);
	p.what = what;
	p.text = text;
	p.unit = "samples";
	p.total = data_count(r->data);
	p.done = report->at->batch_at * batch;
	if (p.done > p.total)
		p.done = p.total;
	tool_progress(r->t, &p);
}

void
show_status(struct run *r, const struct train_report *report)
{
	char acc[32] = "";

	if (!number_is_none(report->acc))
		snprintf(acc, sizeof(acc), "  acc %.4f", report->acc);
	tool_line(r->t, "epoch %lld  batch %lld/%lld  loss %.4f%s  %.1f s",
	    (long long)report->at->epoch + 1, (long long)report->at->batch_at,
	    (long long)report->batches, report->loss, acc,
	    seconds_since(r->began));
}

static int
log_epoch(struct run *r, const struct train_epoch *e, struct arena *arena,
    struct err *err)
{
	const struct {
		const char *name;
		double value;
	} row[] = {
		{ "loss", e->loss },
		{ "acc", e->acc },
		{ "val_loss", e->val_loss },
		{ "val_acc", e->val_acc },
		{ "lr", e->lr },
		{ "seconds", seconds_since(r->began) },
	};
	struct json *o;

	if (r->t->log_fd < 0)
		return 0;
	if ((o = tool_event(r->t, "epoch", arena, err)) == NULL ||
	    json_put_int(o, "epoch", e->epoch, arena, err) < 0 ||
	    json_put_int(o, "update", r->at.update, arena, err) < 0 ||
	    json_put_bool(o, "improved", e->improved, arena, err) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		if (!number_is_none(row[i].value) &&
		    json_put_real(o, row[i].name, row[i].value, arena, err) < 0)
			return -1;
	return tool_log(r->t, o, err);
}

int
show_epoch(struct run *r, const struct train_report *report, struct err *err)
{
	const struct train_epoch *e = report->epoch;
	struct arena arena = { 0 };
	char *line, *what;
	struct text t;
	int status = -1;

	text_begin(&t, &arena, err);
	if ((what = epoch_words(r, e->epoch, &arena, err)) != NULL) {
		text_add(&t, what);
		add_value(&t, "loss", e->loss);
		add_value(&t, "acc", e->acc);
		add_value(&t, "val_loss", e->val_loss);
		add_value(&t, "val_acc", e->val_acc);
		text_addf(
		    &t, "  lr %.3g  %.1f s", e->lr, seconds_since(r->began));
		if (r->val != NULL && e->improved)
			text_add(&t, "  best");
	}
	if (what != NULL && (line = text_end(&t)) != NULL) {
		tool_line(r->t, "%s", line);
		status = log_epoch(r, e, &arena, err);
	}
	arena_free(&arena);
	return status;
}

static int
log_end(struct run *r, struct err *err)
{
	struct arena arena = { 0 };
	struct json *o;
	int status = -1;

	if (r->t->log_fd < 0)
		return 0;
	if ((o = tool_event(r->t, "end", &arena, err)) != NULL &&
	    json_put_int(o, "epoch", r->at.epoch, &arena, err) == 0 &&
	    json_put_int(o, "update", r->at.update, &arena, err) == 0 &&
	    json_put_real(o, "seconds", seconds_since(r->began), &arena, err) ==
		0)
		status = tool_log(r->t, o, err);
	arena_free(&arena);
	return status;
}

void
show_verified(struct run *r, int verified)
{
	if (verified > 0 || (r->fresh && r->plan.train.nphases < 2))
		tool_line(r->t,
		    "frozen tensors verified: %d/%d unchanged (SHA-256)",
		    verified, r->proof->n);
}

int
show_end(struct run *r, int verified, struct err *err)
{
	const struct train_plan *p = &r->plan.train;

	if (r->best != NULL && strcmp(p->keep, "best") == 0 &&
	    r->best->at.epoch != r->at.epoch)
		tool_line(r->t, "kept the best: epoch %lld, %s %.4f",
		    (long long)r->best->at.epoch, p->monitor, r->best->at.best);
	if (r->fresh)
		show_tensors(r);
	show_verified(r, verified);
	return log_end(r, err);
}

int
show_profile(struct run *r, struct err *err)
{
	struct arena arena = { 0 };
	struct text t;
	const char *s;
	size_t n;

	text_begin(&t, &arena, err);
	net_print(r->net, &t);
	for (s = text_end(&t); s != NULL && *s != '\0';
	     s += n + (s[n] == '\n')) {
		n = strcspn(s, "\n");
		tool_line(r->t, "%.*s", (int)n, s);
	}
	arena_free(&arena);
	return err->code == ERR_NONE ? 0 : -1;
}

int
show_sheet(struct run *r, struct err *err)
{
	const struct sheet_conf conf = { r->augment,
		(uint64_t)r->plan.train.seed, (uint32_t)r->at.epoch };
	const char *path = r->o->contact_sheet;
	size_t size = 0, n;
	void *at = NULL;
	int status;

	status = data_sheet(r->data, &conf, &at, &size, &n, err);
	if (status < 0)
		err_in(err, "--contact-sheet");
	else
		status = tool_write_text(r->t, path, at, n, err);
	slab_free(at, size);
	return status;
}
