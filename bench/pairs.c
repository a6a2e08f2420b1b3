/* Runs commands alternately and compares them: A B C A B C ...

   pairs [-n ROUNDS] [-f FIGURE] [-w MB] -- NAME COMMAND...
         [-- NAME COMMAND...]...

   Prints a table, a row a command: medians of the figure, of elapsed seconds,
   of processor seconds and of peak memory in MB (1000 * 1000), then the median
   over the rounds of its figure divided by that of the first command.  A
   figure is what commands measure of themselves: lines "FIGURE NUMBER" on
   standard output, of several in one run the median; without -f it is the
   elapsed time; "peak_mb" and "cpu_seconds" are known too.  What else the
   commands print is dropped.

   -w takes so much memory before each command and gives it back: in a virtual
   machine pages that the host has to find first cost several times as much,
   and the command that comes after one that frees many would not pay for them.

   Machines and their neighbours change from minute to minute, so only what ran
   alternately is compared. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { FIGURE, SECONDS, CPU, PEAK, COLUMNS };
enum { RUNS_MAX = 1000, COMMANDS_MAX = 16 };

static const char *const names[COLUMNS] = { NULL, "seconds", "cpu_seconds",
	"peak_mb" };

struct command {
	const char *name;
	char **argv;
	double at[COLUMNS][RUNS_MAX];
};

static struct command commands[COMMANDS_MAX];

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

static int
compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double
median(const double *v, int n)
{
	static double sorted[RUNS_MAX];

	memcpy(sorted, v, (size_t)n * sizeof(*v));
	qsort(sorted, (size_t)n, sizeof(*v), compare);
	return (sorted[n / 2] + sorted[(n - 1) / 2]) / 2;
}

static void
child(char **argv, const int out[2])
{
	if (dup2(out[1], STDOUT_FILENO) < 0)
		_exit(126);
	close(out[0]);
	close(out[1]);
	execvp(argv[0], argv);
	fprintf(stderr, "pairs: %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

/* The median of the numbers behind `figure`, -1 when there are none. */
static double
read_figure(int fd, const char *figure)
{
	static double found[RUNS_MAX];
	FILE *f = fdopen(fd, "r");
	size_t length = strlen(figure);
	char line[512];
	int n = 0;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (n < RUNS_MAX && strncmp(line, figure, length) == 0 &&
		    line[length] == ' ')
			found[n++] = strtod(line + length, NULL);
	if (f != NULL)
		fclose(f);
	return n > 0 ? median(found, n) : -1;
}

static void
fail(const struct command *c, const char *what)
{
	fprintf(stderr, "pairs: %s (%s): %s\n", c->name, c->argv[0], what);
	exit(1);
}

/* Has the machine's memory there, whoever comes next. */
static void
warm(const char *megabytes)
{
	size_t n = strtoull(megabytes, NULL, 10) * 1000000;
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (p != MAP_FAILED)
		munmap(p, n);
}

static void
measure(struct command *c, int run, const char *figure)
{
	struct rusage usage;
	double start = now(), own;
	int out[2], status, i;
	pid_t pid;

	if (pipe(out) < 0)
		fail(c, strerror(errno));
	pid = fork();
	if (pid == 0)
		child(c->argv, out);
	close(out[1]);
	own = read_figure(out[0], figure);
	if (pid < 0 || wait4(pid, &status, 0, &usage) < 0 || status != 0)
		fail(c, "failed");
	c->at[SECONDS][run] = now() - start;
	c->at[CPU][run] = seconds(usage.ru_utime) + seconds(usage.ru_stime);
	c->at[PEAK][run] = (double)usage.ru_maxrss * 1024 / 1e6;
	for (i = SECONDS; i < COLUMNS; i++)
		if (strcmp(figure, names[i]) == 0)
			own = c->at[i][run];
	if (own < 0)
		fail(c, "did not print the figure");
	c->at[FIGURE][run] = own;
}

static void
print_table(const char *figure, int ncommands, int n)
{
	static double ratio[RUNS_MAX];
	const struct command *c, *first = commands;
	int i;

	printf("command\t%s\tseconds\tcpu_seconds\tpeak_mb\tratio\n", figure);
	for (c = commands; c < commands + ncommands; c++) {
		for (i = 0; i < n; i++)
			ratio[i] = c->at[FIGURE][i] / first->at[FIGURE][i];
		printf("%s\t%.4g\t%.4g\t%.4g\t%.4g\t%.3f\n", c->name,
		    median(c->at[FIGURE], n), median(c->at[SECONDS], n),
		    median(c->at[CPU], n), median(c->at[PEAK], n),
		    median(ratio, n));
	}
}

/* Cuts the arguments at each "--"; how many commands there are, 0 = wrong. */
static int
cut(int argc, char **argv)
{
	int i, n = 0;

	for (i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--") != 0)
			continue;
		argv[i] = NULL;
		if (n == COMMANDS_MAX || i + 2 >= argc)
			return 0;
		commands[n].name = argv[i + 1];
		commands[n++].argv = argv + i + 2;
	}
	for (i = 0; i < n; i++)
		if (commands[i].name == NULL || commands[i].argv[0] == NULL)
			return 0;
	return n;
}

static int
usage(void)
{
	fprintf(stderr,
	    "usage: pairs [-n ROUNDS] [-f FIGURE] [-w MB] "
	    "-- NAME COMMAND... [-- NAME COMMAND...]...\n");
	return 2;
}

int
main(int argc, char **argv)
{
	const char *figure = "seconds", *megabytes = NULL;
	int i, k, n = 7, ncommands, at = 1;

	for (; at + 1 < argc && argv[at][0] == '-' && argv[at][1] != '-';
	     at += 2) {
		if (strcmp(argv[at], "-n") == 0)
			n = (int)strtol(argv[at + 1], NULL, 10);
		else if (strcmp(argv[at], "-f") == 0)
			figure = argv[at + 1];
		else if (strcmp(argv[at], "-w") == 0)
			megabytes = argv[at + 1];
		else
			return usage();
	}
	ncommands = cut(argc - at, argv + at);
	if (n < 1 || n > RUNS_MAX || ncommands == 0)
		return usage();
	for (i = 0; i < n; i++)
		for (k = 0; k < ncommands; k++) {
			if (megabytes != NULL)
				warm(megabytes);
			measure(&commands[k], i, figure);
		}
	print_table(figure, ncommands, n);
	return 0;
}
