/* Runs two commands alternately and compares them: A B A B ...

   pairs [-n PAIRS] COMMAND... -- COMMAND...
   pairs [-n RUNS] COMMAND...

   Prints a table: medians of elapsed seconds, of processor seconds and of
   peak memory in MB (1000 * 1000), and the median of the pairs' ratios A/B.
   Machines and their neighbours change from minute to minute, so only what ran
   alternately is compared.  The commands' standard output is dropped. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SECONDS, CPU, PEAK, FIGURES, RUNS_MAX = 1000 };

static const char *const names[FIGURES] = { "seconds", "cpu_seconds",
	"peak_mb" };

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

static void
child(char **argv)
{
	int null = open("/dev/null", O_WRONLY);

	if (null < 0 || dup2(null, STDOUT_FILENO) < 0)
		_exit(126);
	execvp(argv[0], argv);
	fprintf(stderr, "pairs: %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static void
measure(char **argv, double out[FIGURES])
{
	struct rusage usage;
	double start = now();
	pid_t pid = fork();
	int status;

	if (pid == 0)
		child(argv);
	if (pid < 0 || wait4(pid, &status, 0, &usage) < 0 || status != 0) {
		fprintf(stderr, "pairs: %s failed\n", argv[0]);
		exit(1);
	}
	out[SECONDS] = now() - start;
	out[CPU] = seconds(usage.ru_utime) + seconds(usage.ru_stime);
	out[PEAK] = (double)usage.ru_maxrss * 1024 / 1e6;
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

static double figure[2][FIGURES][RUNS_MAX];

static void
print_table(int n, int two)
{
	static double ratio[RUNS_MAX];
	int f, i;

	puts(two ? "figure\ta\tb\tratio" : "figure\ta");
	for (f = 0; f < FIGURES; f++) {
		printf("%s\t%.4f", names[f], median(figure[0][f], n));
		for (i = 0; i < n; i++)
			ratio[i] = figure[0][f][i] / figure[1][f][i];
		if (two)
			printf("\t%.4f\t%.3f", median(figure[1][f], n),
			    median(ratio, n));
		putchar('\n');
	}
}

int
main(int argc, char **argv)
{
	char **command[2] = { argv + 1, NULL };
	double out[FIGURES];
	int i, k, f, n = 7;

	if (argc > 2 && strcmp(argv[1], "-n") == 0) {
		n = (int)strtol(argv[2], NULL, 10);
		command[0] += 2;
	}
	for (i = 1; i < argc; i++)
		if (strcmp(argv[i], "--") == 0) {
			argv[i] = NULL;
			command[1] = argv + i + 1;
			break;
		}
	if (n < 1 || n > RUNS_MAX || command[0][0] == NULL ||
	    (command[1] != NULL && command[1][0] == NULL)) {
		fprintf(stderr, "usage: pairs [-n PAIRS] A... [-- B...]\n");
		return 2;
	}
	for (i = 0; i < n; i++)
		for (k = 0; k < 2 && command[k] != NULL; k++) {
			measure(command[k], out);
			for (f = 0; f < FIGURES; f++)
				figure[k][f][i] = out[f];
		}
	print_table(n, command[1] != NULL);
	return 0;
}
