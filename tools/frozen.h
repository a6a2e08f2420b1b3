/* Frozen means frozen, proven: digests of what must not learn, taken before a
   run and compared after it. */
#ifndef NN_FROZEN_H
#define NN_FROZEN_H

#include "base/arena.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/graph.h"

struct freeze_digest {
	const char *layer, *param;
	uint8_t sha256[SHA256_BYTES];
};

struct freeze_proof {
	int n;
	struct freeze_digest *at;
};

/* Does a tensor keep its numbers? */
int tensor_is_frozen(const struct node *node, int param);

/* stored: statistics stay as well, whatever else learns (--bn=frozen). */
struct freeze_proof *freeze_proof_take(
    const struct graph *g, int stored, struct arena *arena, struct err *err);

/* How many are unchanged; one that changed is our bug: -1, ERR_BUG. */
int freeze_proof_check(
    const struct freeze_proof *proof, const struct graph *g, struct err *err);

#endif
