/* The reference backend: what each operation means, in plain C.  It is the
   oracle of the others and serves small and single predictions. */
#ifndef NN_REF_H
#define NN_REF_H

#include "op.h"

/* One function an operation; all return 0, or -1 when it failed. */
int ref_matmul(struct op *op, struct step *step);
int ref_rowsum(struct op *op, struct step *step);
int ref_eltwise(struct op *op, struct step *step);
int ref_eltwise_back(struct op *op, struct step *step);
int ref_softmax(struct op *op, struct step *step);
int ref_softmax_back(struct op *op, struct step *step);
int ref_dropout(struct op *op, struct step *step);
int ref_add(struct op *op, struct step *step);
int ref_concat(struct op *op, struct step *step);
int ref_split(struct op *op, struct step *step);
int ref_copy(struct op *op, struct step *step);
int ref_reorder(struct op *op, struct step *step);
int ref_maxpool(struct op *op, struct step *step);
int ref_maxpool_back(struct op *op, struct step *step);
int ref_avgpool(struct op *op, struct step *step);
int ref_avgpool_back(struct op *op, struct step *step);
int ref_batchnorm(struct op *op, struct step *step);
int ref_batchnorm_back(struct op *op, struct step *step);
int ref_batchnorm_use(struct op *op, struct step *step);
int ref_batchnorm_use_back(struct op *op, struct step *step);
int ref_batchnorm_fold(struct op *op, struct step *step);
int ref_move(struct op *op, struct step *step);
int ref_groupnorm(struct op *op, struct step *step);
int ref_groupnorm_back(struct op *op, struct step *step);
int ref_pad(struct op *op, struct step *step);
int ref_crop(struct op *op, struct step *step);
int ref_upsample(struct op *op, struct step *step);
int ref_upsample_back(struct op *op, struct step *step);
int ref_multiply(struct op *op, struct step *step);
int ref_multiply_back(struct op *op, struct step *step);
int ref_prelu(struct op *op, struct step *step);
int ref_prelu_back(struct op *op, struct step *step);
int ref_conv(struct op *op, struct step *step);
int ref_conv_data(struct op *op, struct step *step);
int ref_conv_kernel(struct op *op, struct step *step);
int ref_loss(struct op *op, struct step *step);
int ref_loss_value(struct op *op, struct step *step);
int ref_norm(struct op *op, struct step *step);
int ref_penalty(struct op *op, struct step *step);
int ref_update(struct op *op, struct step *step);
int ref_anchor(struct op *op, struct step *step);
int ref_anchor_penalty(struct op *op, struct step *step);
int ref_average(struct op *op, struct step *step);

#endif
