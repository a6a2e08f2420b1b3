#!/bin/bash
# What a path may be: for each tool that writes, what lies where the result
# goes; for each that reads a model, what the model is.  Results replace regular
# files and nothing else; models come from files and pipes, not from devices.
. "${srcdir:-.}/tests/tool-lib.sh"

nn-train -q -e 1 -m init.h5nn -o m.h5nn "$train" || exit 99
cases=0

# Tools that write, with @ for the path.
cat >writers <<EOF
nn-init -i 8x8x1 --labels=0,1,2 -o @ flatten dense:3
nn-train -q -e 1 -m m.h5nn -o @ $train
nn-train -q -e 1 -m m.h5nn -o made.h5nn --checkpoint-every=1 -C @ $train
nn-finetune -q -e 1 -m m.h5nn --new-head -o @ $train
nn-merge --average -o @ m.h5nn m.h5nn
nn-eval -m m.h5nn -p -o @ $test
nn-eval -m m.h5nn --errors=@ $test
nn-predict -m m.h5nn -o @ $test
nn-info -o @ m.h5nn
nn-edit -m m.h5nn --title=new -o @
EOF
# Tools that read a model.
cat >readers <<EOF
nn-info --check @
nn-train -q -e 1 -m @ -o made.h5nn $train
nn-finetune -q -e 1 -m @ --new-head -o made.h5nn $train
nn-eval -m @ $test
nn-predict -m @ $test
nn-merge --average -o made.h5nn @ m.h5nn
nn-edit -m @ --title=new -o made.h5nn
EOF

# with PATH: the line with PATH for @, run; its status in $got.
with() {
	cases=$((cases + 1))
	timeout 20 sh -c "exec ${line//@/$1}" >out 2>err </dev/null
	got=$?
}

# gives STATUS TEXT PATH
gives() {
	with "$3"
	[ $got = "$1" ] || fail "${line//@/$3}: exit $got instead of $1"
	[ -z "$2" ] || says "$2"
}

# A target that is no regular file is refused and stays what it is.
refuses_to_write() {
	gives 5 "$1" "$2"
	[ "$(stat -c %F "$2")" = "$kind" ] || fail "$line: $2 is no $kind now"
}

mkdir folder
ln -s m.h5nn link-file
ln -s nowhere link-nowhere
ln -s folder link-folder
mkfifo fifo
cp m.h5nn kept
while read -r line; do
	kind='symbolic link'
	refuses_to_write 'is a symbolic link' link-file
	refuses_to_write 'is a symbolic link' link-nowhere
	kind='directory'
	refuses_to_write 'is a folder' folder
	kind='fifo'
	refuses_to_write 'is not a regular file' fifo
	kind='character special file'
	refuses_to_write 'is not a regular file' /dev/null
	refuses_to_write 'is not a regular file' /dev/full
	gives 5 'No such file or directory' nowhere/x
	gives 5 'Not a directory' m.h5nn/x
	same m.h5nn kept
	# A folder may be reached through a link; a file of that name is
	# replaced, and a second name of it keeps what it was.
	rm -f folder/x second
	gives 0 '' link-folder/x
	ln folder/x second
	cp second before
	chmod 604 folder/x
	gives 0 '' folder/x
	same second before
	[ "$(stat -c %a folder/x)" = 604 ] || fail "$line: its mode is lost"
	[ "$(stat -c %i folder/x)" != "$(stat -c %i second)" ] ||
	    fail "$line: written in place"
	[ "$(ls -A folder)" = x ] || fail "$line: leaves $(ls -A folder)"
done <writers

# Where nobody may write nothing is written; root may everywhere.
if [ "$(id -u)" != 0 ]; then
	mkdir shut
	chmod 555 shut
	while read -r line; do
		gives 5 'Permission denied' shut/x
	done <writers
fi

while read -r line; do
	gives 0 '' m.h5nn
	cp out want
	gives 0 '' link-file
	[ "${line%% *}" = nn-info ] || cmp -s out want || fail "$line: differs"
	cat m.h5nn >fifo &
	gives 0 '' fifo
	wait
	[ "${line%% *}" = nn-info ] || cmp -s out want || fail "$line: differs"
	: >fifo &
	gives 3 'the file is empty' fifo
	wait
	head -c 1000 m.h5nn >fifo &
	gives 3 'cut short' fifo
	wait
	gives 3 'is a folder' folder
	gives 3 'is a device' /dev/null
	gives 3 'is a device' /dev/zero
	gives 5 'No such file or directory' link-nowhere
	gives 5 'No such file or directory' nowhere
done <readers
echo "$cases cases"
