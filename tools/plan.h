/* The document /training: what was asked for, how far it came, and what the
   next tool wants to know about it; read and written by the attr tables. */
#ifndef NN_PLAN_H
#define NN_PLAN_H

#include "base/json.h"
#include "train.h"

/* What was asked for, beyond libnn's own part of it. */
struct run_plan {
	struct train_plan train;
	const char *order;        /* shuffle sequential */
	const char *sampler;      /* balanced; NULL: every sample once */
	const char *augment;      /* words of --augment; NULL: none */
	const char *class_weight; /* balanced, or lines CLASS<TAB>WEIGHT;
	                             NULL: every class counts alike */
	const char *bn; /* --bn: frozen train recalibrate; NULL: by layer */
	const char *lr_scale; /* SEL=FACTOR, space between; NULL: none */
	const char *dropout;  /* SEL=P, the same; NULL: none */
	const char *anchor;   /* L2SP:LAMBDA[,head=BETA]; NULL: none */
	double mixup, cutmix; /* alpha; 0: none */
	int64_t skip_bad;     /* so many samples may be unreadable */
	const char *data;     /* hex digest of the training data */
	const char *val;      /* of the validation data; NULL: none */
	const char *fold;     /* K/N: part K of N validates; NULL: none */
	const char *split;    /* alike: val_split went by the hash alone; NULL:
	                         class by class */
	const char *surgery;  /* nn-finetune's part; NULL: none */
};

extern const char *const bn_words[];

struct training {
	int64_t epoch; /* epochs trained so far, by all runs */
	int64_t seed, threads;
	double lr;
	struct choice loss; /* name NULL: none */
	int measured;       /* mean and spread are known */
	double mean, spread;

	/* Only in unfinished files, and in finished ones for the curious. */
	int has_plan;
	struct run_plan plan;

	/* Only in unfinished files and finished checkpoints. */
	int has_position;
	struct train_position at;
	int has_best;
	struct train_position best;
	const char *numerics; /* what the bytes depend on */
	int64_t data_batches; /* batches an epoch has */
	int recorded;         /* the last lineage record is this run's */
};

/* document NULL: a model never trained. */
int training_read(struct training *to, const struct json *document,
    struct arena *arena, struct err *err);
struct json *training_write(
    const struct training *from, struct arena *arena, struct err *err);

/* Is it a run that was stopped before its end? */
int training_unfinished(const struct training *training);

/* "sgd,momentum=0.9" with every setting checked and spelt out.  ERR_USAGE
   with the known names. */
enum choice_of { CHOICE_OPTIMIZER, CHOICE_SCHEDULE, CHOICE_LOSS };
int choice_parse(struct choice *to, enum choice_of of, const char *text,
    struct arena *arena, struct err *err);
char *choice_print(
    const struct choice *choice, struct arena *arena, struct err *err);
int choice_equal(const struct choice *a, const struct choice *b,
    struct arena *arena, struct err *err);

/* One row of whichever registry, as far as settings are concerned; and the
   settings of a choice checked by it and spelt out. */
struct choice_entry {
	const char *name;
	const struct attr *attrs;
	size_t conf_size;
};
int choice_entry(enum choice_of of, const char *name, struct choice_entry *e,
    struct err *err);
int choice_complete(struct choice *c, const struct choice_entry *e,
    struct arena *arena, struct err *err);

/* The optimizer's own rate, for who gave none. */
double choice_rate(const struct choice *optimizer);

/* Not a number: a measurement that was not made. */
double number_none(void);
int number_is_none(double v);

#endif
