# The rules of the house, for check-rooms.sh.  Arguments: all C files, relative
# to the top.  Prints "FILE:LINE: what is wrong".

function room(path) {
	if (path ~ /^libfmt\/base\//) return "base"
	if (path ~ /^libfmt\//) return "fmt"
	if (path ~ /^libdata\//) return "data"
	if (path ~ /^libnn\//) return "nn"
	sub(/\/.*/, "", path)
	return path
}

function wrong(text) {
	printf "%s:%d: %s\n", FILENAME, FNR, text
}

# "libnn/layers/../op.h" to "libnn/op.h"
function plain(path) {
	while (sub(/[^\/]+\/\.\.\//, "", path))
		;
	return path
}

# The file of ours that FILENAME means by #include "name", or "".
function ours(name,   folder, i, path) {
	folder = FILENAME
	sub(/[^\/]*$/, "", folder)
	for (i = 0; i <= nplaces; i++) {
		path = plain((i == 0 ? folder : places[i]) name)
		if (path in exists)
			return path
	}
	return ""
}

# Code without comments and without what strings say.
function code(line,   out, at) {
	out = ""
	while (line != "") {
		if (incomment) {
			at = index(line, "*/")
			if (at == 0)
				return out
			line = substr(line, at + 2)
			incomment = 0
		} else if (match(line, /\/\*|"([^"\\]|\\.)*"/)) {
			out = out substr(line, 1, RSTART - 1)
			if (substr(line, RSTART, 1) == "\"") {
				out = out "\"\""
				line = substr(line, RSTART + RLENGTH)
			} else {
				incomment = 1
				line = substr(line, RSTART + 2)
			}
		} else {
			return out line
		}
	}
	return out
}

BEGIN {
	for (i = 1; i < ARGC; i++)
		exists[ARGV[i]] = 1
	nplaces = split("libfmt/ libdata/ libnn/ tools/ tests/", places, " ")

	# Arrows: who may include whom.  Tests, bench and samples may all.
	may["base"] = " base "
	may["fmt"] = " base fmt "
	may["data"] = " base data "
	may["nn"] = " base nn "
	may["tools"] = " base fmt data nn tools "
	libraries = " base fmt data nn "
	free = " tests bench samples "

	# Foreign headers, and where alone they may be known.
	door["^(hdf5|H5[A-Za-z0-9]*)\\.h$"] = "^(tools/hdf5|tests)/"
	door["^dnnl"] = "^(libnn/dnn|bench|tests)/"
	door["^(omp|cblas|mkl)"] = "^(libnn/dnn|bench)/"
	door["^(png|pngconf)\\.h$"] = "^(libdata/sources|tests|bench|samples)/"
	door["^(zlib|zconf)\\.h$"] = "^(libdata/sources|tests|bench|samples)/"
	door["^(pthread|threads|semaphore)\\.h$"] = "^libfmt/base/thread\\.c$"
	door["^jansson"] = "^libfmt/base/json[a-z-]*\\.c$"
	door["^(nettle/|xxhash)"] = "^libfmt/base/digest(-xxh3)?\\.c$"
	door["^(tgmath|math|complex|fenv)\\.h$"] = \
	    "^(libfmt|libdata|libnn|tests|bench|samples)/"

	# What libraries never call or name.
	never = "(v?f?printf|puts|fputs|putchar|fputc|putc|perror|exit|_exit"
	never = never "|quick_exit|atexit|abort|(secure_)?getenv|setenv|putenv"
	never = never "|time|clock|clock_gettime|gettimeofday|localtime|gmtime"
	never = never "|setlocale|signal|sigaction|system|popen|fork|err|warn)"
	never = "(^|[^A-Za-z0-9_.>])" never "[ \t]*\\("
	streams = "(^|[^A-Za-z0-9_])(stdin|stdout|stderr|environ)([^A-Za-z0-9_]|$)"
}

FNR == 1 {
	incomment = 0
	here = room(FILENAME)
	library = index(libraries, " " here " ")
}

/^[ \t]*#[ \t]*include[ \t]*</ {
	name = $0
	sub(/^[^<]*</, "", name)
	sub(/>.*/, "", name)
	for (d in door) {
		if (name ~ d && FILENAME !~ door[d])
			wrong("<" name "> has another door: only " door[d])
	}
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
	name = $0
	sub(/^[^"]*"/, "", name)
	sub(/".*/, "", name)
	file = ours(name)
	if (file == "" && name != "config.h")
		wrong("\"" name "\" is no file of ours")
	else if (file != "" && !index(free, " " here " ") &&
	    !index(may[here], " " room(file) " "))
		wrong(here " may not include " file)
}

{
	text = code($0)
	if (library && text !~ /^[ \t]*#/) {
		if (match(text, never))
			wrong("a library does not call" \
			    substr(text, RSTART, RLENGTH))
		if (text ~ streams)
			wrong("a library has no streams and no environment")
	}
	# Tools may read what a net gave, to print it; writing is maths.
	if (here == "tools") {
		gsub(/const[ \t]+(float|real)[ \t]*\*/, "", text)
		if (text ~ /(^|[^A-Za-z0-9_])(float|real)[ \t]*\*/)
			wrong("tools hold no maths: no floats to write to")
	}
}
