// read-weights-cc MODEL: the weights of a model and how many numbers each has,
// in C++: the handle closes itself, names are views, numbers are not copied.
// c++ -std=c++17 read-weights.cc $(pkg-config --cflags --libs nnfmt)
#include <iostream>
#include <memory>
#include <string_view>
#include <nnfmt.h>

struct close_model {
	void operator()(nnfmt_model *m) const { nnfmt_close(m); }
};
using model_ptr = std::unique_ptr<nnfmt_model, close_model>;

int
main(int argc, char **argv)
{
	nnfmt_error error{};
	model_ptr model{ nnfmt_open(argc > 1 ? argv[1] : "", &error) };

	if (!model) {
		std::cerr << "read-weights: " << error.text << '\n';
		return error.code;
	}
	const auto n = nnfmt_tensor_count(model.get(), NNFMT_WEIGHTS);
	for (int64_t i = 0; i < n; i++) {
		const auto *t = nnfmt_tensor_at(model.get(), NNFMT_WEIGHTS, i);
		const std::string_view name = nnfmt_tensor_name(t);
		const bool ours = nnfmt_tensor_data(t, &error) != nullptr;

		std::cout << name << '\t' << nnfmt_tensor_length(t)
			  << (ours ? "\n" : "\t(not here)\n");
	}
}
