/* Every limit of a model file in one table, with its reason.  The values are
   the constants that the readers compare with before they allocate. */
#include "h5.h"
#include "model.h"

static const struct limit limits[] = {
	/* The file. */
	{ "file-bytes", H5_FILE_MAX, "bytes",
	    "sums of two addresses stay within 64 bits" },
	{ "objects", H5_OBJECTS_MAX, "groups and datasets",
	    "ten thousand layers with eight tensors and their two slots" },
	{ "depth", H5_DEPTH_MAX, "links from the root",
	    "the reader calls itself once a link, so its stack is bounded" },
	{ "name-bytes", NAME_MAX_BYTES, "bytes of a name",
	    "fits the one-byte length of a link and a line of a report" },
	{ "attributes", H5_ATTRS_MAX, "attributes of an object",
	    "they are searched one by one" },
	{ "attribute-bytes", H5_ATTR_BYTES_MAX, "bytes of a value",
	    "a message of HDF5 holds 65535 with its head" },
	{ "string-bytes", H5_TEXT_MAX, "bytes of a string",
	    "no name or digest is longer" },
	{ "rank", SHAPE_MAX, "dimensions",
	    "more than any layer has; shapes have a fixed size" },
	/* The model. */
	{ "layers", GRAPH_NODES_MAX, "layers",
	    "ten times the deepest nets in use; passes over them stay quick" },
	{ "layer-path-bytes", PATH_MAX_BYTES, "bytes of a layer's path",
	    "paths are shown and compared whole" },
	{ "layer-inputs", NODE_INPUTS_MAX, "inputs of a layer",
	    "wires have a fixed size" },
	{ "layer-tensors", NODE_PARAMS_MAX, "tensors of a layer",
	    "no kind has more; their places have a fixed size" },
	{ "model-ends", GRAPH_ENDS_MAX, "inputs or outputs of a model",
	    "wires have a fixed size" },
	{ "labels", FMT_LABELS_MAX, "class names",
	    "more classes than any data set has; they are sorted at reading" },
	{ "label-bytes", FMT_LABEL_BYTES_MAX, "bytes of a class name",
	    "cells have the width of the longest" },
	{ "writer-bytes", FMT_WRITER_MAX, "bytes of the writer's name",
	    "a program and a version" },
	/* JSON documents, in the file and elsewhere. */
	{ "document-bytes", JSON_BYTES_MAX, "bytes of a document",
	    "a hundred times the largest in use" },
	{ "document-depth", JSON_DEPTH_MAX, "levels of a document",
	    "parsers call themselves once a level" },
	{ "document-values", JSON_NODES_MAX, "values of a document",
	    "each costs some 150 bytes while it is read" },
	{ "number-bytes", JSON_NUMBER_MAX, "characters of a number",
	    "doubles need 24, and long ones cost time" },
	{ NULL, 0, NULL, NULL },
};

const struct limit *
fmt_limits(void)
{
	return limits;
}
