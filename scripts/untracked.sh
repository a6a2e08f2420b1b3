#!/bin/sh
# untracked.sh SOURCE: fails when git sees files it does not know, as after a
# build and a check that leave something behind.
cd "$1" || exit 1
if ! git rev-parse --git-dir >/dev/null 2>&1; then
	echo "skipped: not a git checkout"
	exit 0
fi
found=$(git status --porcelain --untracked-files=all | grep '^??')
[ -z "$found" ] && exit 0
echo "$found"
echo "these files are neither tracked nor ignored"
exit 1
