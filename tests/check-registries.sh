#!/bin/sh
# Every registry agrees with its folder and with the build: one file, one line
# in the .def, one line in Makefile.inc.  At the end each agreement is broken
# once in a copy, and must be noticed.
set -u
LC_ALL=C
export LC_ALL
srcdir=${srcdir:-.}

# folder, registry, the word of its lines, the constant of each file
table='
libnn/layers     libnn/kinds.def      KIND     kind
libnn/losses     libnn/losses.def     LOSS     loss
libnn/optims     libnn/optims.def     OPTIM    optim
libnn/schedules  libnn/schedules.def  SCHEDULE schedule
libnn/inits      libnn/inits.def      INIT     init
libdata/sources  libdata/sources.def  SOURCE   source
libdata/steps    libdata/steps.def    STEP     step
libdata/augments libdata/augments.def AUGMENT  augment
'

# names DEF WORD: the names in a registry
names() {
	sed -n "s/^$2(\\([a-z0-9_]*\\)).*/\\1/p" "$1"
}

# A file with a header of its own is a helper of its neighbours, not an entry.
entries() {
	for f in "$1"/*.c; do
		[ -e "$f" ] && [ ! -e "${f%.c}.h" ] && basename "$f" .c
	done
}

# agree DIR FOLDER DEF WORD CONSTANT: says what does not agree
agree() {
	if [ ! -d "$1/$2" ] || [ ! -f "$1/$3" ]; then
		echo "$2 or $3 is missing"
		return
	fi
	make=$1/${2%/*}/Makefile.inc
	for name in $(names "$1/$3" "$4" | sort | uniq -d); do
		echo "$3: $name stands there twice"
	done
	for name in $(names "$1/$3" "$4"); do
		grep -q "[ 	]$2/$name\\.c\\([ 	]\\|\$\\)" "$make" ||
		    echo "$3 lists $name, but Makefile.inc lacks $2/$name.c"
		if [ ! -f "$1/$2/$name.c" ]; then
			echo "$3 lists $name, but there is no $2/$name.c"
		elif ! grep -q "^const struct [a-z_]* $5_$name\\b" "$1/$2/$name.c"; then
			echo "$2/$name.c does not define $5_$name"
		fi
	done
	for name in $(entries "$1/$2"); do
		names "$1/$3" "$4" | grep -qx "$name" ||
		    echo "$2/$name.c has no line $4($name) in $3"
	done
	for name in $(sed -n "s,.*[ 	]$2/\\([a-z0-9_-]*\\)\\.c.*,\\1,p" "$make"); do
		[ -f "$1/$2/$name.c" ] ||
		    echo "Makefile.inc builds $2/$name.c, which does not exist"
	done
}

# all DIR [FOLDER]: of every registry, or of one
all() {
	echo "$table" | while read -r folder def word constant; do
		[ "${2:-$folder}" = "$folder" ] || continue
		[ -z "$folder" ] || agree "$1" "$folder" "$def" "$word" "$constant"
	done
}

found=$(all "$srcdir")
if [ -n "$found" ]; then
	echo "$found"
	echo "FAIL: a new entry is one file, one line in the registry and one" \
	    "in Makefile.inc"
	exit 1
fi

tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
for room in libnn libdata; do
	cp -R "$srcdir/$room" "$tmp/$room"
done
chmod -R u+w "$tmp"

failed=0
tries=0
# notices WHAT FILE: after a change in the copy
notices() {
	tries=$((tries + 1))
	if [ -z "$(all "$tmp" "$folder")" ]; then
		echo "FAIL: not noticed: $1"
		failed=1
	fi
}

# Run in this shell, not behind a pipe, so that failed is kept.
while read -r folder def word constant; do
	[ -n "$folder" ] || continue
	name=$(names "$tmp/$def" "$word" | head -n 1)
	make=$tmp/${folder%/*}/Makefile.inc

	mv "$tmp/$folder/$name.c" "$tmp/kept"
	notices "$folder/$name.c taken away"
	mv "$tmp/kept" "$tmp/$folder/$name.c"

	cp "$tmp/$def" "$tmp/kept"
	grep -v "^$word($name)" "$tmp/kept" >"$tmp/$def"
	notices "$word($name) taken out of $def"
	printf '%s(nothing)\n' "$word" >>"$tmp/$def"
	cat "$tmp/kept" >>"$tmp/$def"
	notices "$word(nothing) in $def without a file"
	cp "$tmp/kept" "$tmp/$def"

	cp "$make" "$tmp/kept"
	grep -v "$folder/$name\\.c" "$tmp/kept" >"$make"
	notices "$folder/$name.c taken out of the build"
	cp "$tmp/kept" "$make"

	sed "s/$constant""_$name/$constant""_other/" "$tmp/$folder/$name.c" \
	    >"$tmp/$folder/other.c"
	notices "$folder/other.c without a line in $def"
	rm "$tmp/$folder/other.c"
done <<EOT
$table
EOT
found=$(all "$tmp")
if [ -n "$found" ]; then
	echo "FAIL: the copy did not come back whole: $found"
	failed=1
fi

[ $failed = 0 ] && echo "the registries agree; $tries ways to break them noticed"
exit $failed
