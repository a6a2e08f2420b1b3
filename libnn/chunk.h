/* Stretches of operations that run depth first, a few samples at a time.

   Where nothing couples the samples of a batch, a few of them can go through
   all operations of a stretch while their numbers are still in the cache; each
   thread takes a share of the batch.  What only the stretch sees needs memory
   for those few samples alone.  A stretch is one operation of its program,
   planned here: OP_CHUNKS.  Private to libnn. */
#ifndef NN_CHUNK_H
#define NN_CHUNK_H

#include "net.h"

/* What one thread works with, all stretches of a net alike. */
struct lane {
	void *backend_handle; /* for one thread */
	real *values;         /* of the stretch's own values; slab, later */
	real *sums;           /* of gradients; slab, later */
	size_t values_size, sums_size;
};

/* Puts OP_CHUNKS in the place of stretches that gain from it.  Before
   program_plan, after the threads are known. */
int chunk_program(struct net *net, struct program *p, struct err *err);

/* Memory for all lanes; touched: from the beginning. */
int chunk_allocate(struct net *net, int touched, struct err *err);

/* Plans the stretches of a placed program. */
int chunk_plan(struct net *net, struct program *p, struct err *err);

void chunk_close(struct net *net);
size_t chunk_bytes(const struct net *net);

#endif
