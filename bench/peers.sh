#!/bin/sh
# Makes the virtual environment that the peers run in: some GB from PyPI.
#
#   sh bench/peers.sh [FOLDER]
#
# The folder (default: $NN_PEERS, else ./bench-peers) is what the other scripts
# look for.  PyTorch's own package for PyPI brings libraries for other hardware
# along, which are not used here.
set -eu

dir=${1:-${NN_PEERS:-bench-peers}}
python3 -m venv "$dir"
"$dir/bin/python" -m pip install --upgrade pip
"$dir/bin/python" -m pip install \
	torch==2.15.0 jax==0.10.2 keras==3.15.1 numpy==2.4.6 \
	onnxruntime==1.32.0 onnx==1.23.2 pillow==13.0.0 \
	safetensors==0.8.0 h5py==3.14.0
echo "peers are in $dir; export NN_PEERS=$dir"
