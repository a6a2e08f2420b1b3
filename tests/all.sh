#!/bin/sh
# Installs what is missing, builds the suite in build/check and runs all its
# tests.  With NN_TEST_DATA set to a folder of real data, those that want it
# run as well.
set -eu
cd "$(dirname "$0")/.."
sh scripts/packages.sh build check
echo "building in build/check"
sh scripts/build.sh build/check --disable-static
make -C build/check -j "$(nproc)" check
