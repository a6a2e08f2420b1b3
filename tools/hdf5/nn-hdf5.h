/* What nn-hdf5 and whoever runs it agree upon. */
#ifndef NN_HDF5_H
#define NN_HDF5_H

enum {
	NO_WALLS = 75, /* exit status: nothing was looked at */
};

#endif
