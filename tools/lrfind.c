/* --lr-find: a table of losses over growing rates instead of a model. */
#include <string.h>

#include "find.h"
#include "report.h"
#include "run.h"

static void
on_step(void *ctx, const struct find *f)
{
	struct run *r = ctx;
	struct progress p = {
		.what = "lr-find",
		.done = f->n,
		.total = f->steps,
		.unit = "steps",
		.text = "",
	};

	tool_progress(r->t, &p);
}

static int
print_table(struct run *r, const struct find *f, struct err *err)
{
	struct report table;
	struct text t;

	report_begin(&table, "lr", 4, &r->t->arena, err);
	report_text(&table, "lr");
	report_text(&table, "loss");
	report_text(&table, "smoothed");
	report_text(&table, "suggestion");
	for (int i = 0; i < f->n; i++) {
		report_real(&table, f->row[i].lr);
		report_real(&table, f->row[i].loss);
		report_real(&table, f->row[i].smoothed);
		report_text(&table, i == f->best ? "*" : "");
	}
	text_begin(&t, &r->t->arena, err);
	report_print(&table, REPORT_TSV, &t);
	if (text_end(&t) == NULL || err->code != ERR_NONE)
		return -1;
	return tool_print(r->t, t.s, t.len, err);
}

/* On a terminal the curve as well. */
static int
show_curve(struct run *r, const struct find *f, struct err *err)
{
	struct text t;
	size_t n;

	if (!r->t->error_tty)
		return 0;
	text_begin(&t, &r->t->arena, err);
	find_plot(f, &t);
	if (text_end(&t) == NULL)
		return -1;
	for (const char *s = t.s; *s != '\0'; s += n + (s[n] == '\n')) {
		n = strcspn(s, "\n");
		tool_line(r->t, "%.*s", (int)n, s);
	}
	return 0;
}

static int
log_find(struct run *r, const struct find *f, struct err *err)
{
	struct arena *arena = &r->t->arena;
	struct json *o;

	if (r->t->log_fd < 0)
		return 0;
	if ((o = tool_event(r->t, "lr-find", arena, err)) == NULL ||
	    json_put_int(o, "steps", f->n, arena, err) < 0 ||
	    (f->best >= 0 &&
		json_put_real(o, "lr", f->row[f->best].lr, arena, err) < 0))
		return -1;
	return tool_log(r->t, o, err);
}

int
run_find(struct run *r, struct err *err)
{
	struct find f;

	if (find_begin(&f, &r->plan.train, (int)r->o->lr_find, &r->t->arena,
		err) < 0 ||
	    find_run(&f, r->net, &r->at, r->feed, on_step, r, err) < 0)
		return -1;
	tool_progress_clear(r->t);
	if (show_curve(r, &f, err) < 0)
		return -1;
	if (f.best < 0)
		tool_note(r->t,
		    "no rate made the loss fall; look at the table, or at the "
		    "data");
	else
		tool_note(r->t, "the loss falls fastest at --lr=%.2g",
		    f.row[f.best].lr);
	if (log_find(r, &f, err) < 0 || print_table(r, &f, err) < 0)
		return -1;
	return r->o->profile ? show_profile(r, err) : 0;
}
