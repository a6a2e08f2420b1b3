/* AdamW: Adam whose decay does not pass through its paces.

   w shrinks by lr decay w first, then Adam steps from the gradient alone
   (Loshchilov and Hutter; the same in Keras and PyTorch). */
#include "optims/adam.h"

static int
adamw_slots(const void *conf)
{
	(void)conf;
	return 3;
}

static void
adamw_update(const void *conf, const struct optim_args *a)
{
	adam_run(conf, a, 1);
}

const struct optim optim_adamw = {
	.name = "adamw",
	.help = "adam with decoupled weight decay",
	.conf_size = sizeof(struct adam),
	.attrs = adam_attrs,
	.slot = { "momentum", "velocity" },
	.default_lr = 1e-3,
	.slots_used = adamw_slots,
	.update = adamw_update,
};
