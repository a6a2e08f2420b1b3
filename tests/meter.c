/* Runs a command once for each file and prints what it took:

     meter COMMAND [ARGUMENT]... <FILES

   FILES has a path a line, which stands for {} in an argument.  A line each:
   milliseconds of a processor, KiB of memory at most, status (128 + the signal), bytes of the
   file, path.  The command reads nothing and prints nowhere; after ten seconds
   it is killed. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SECONDS_MAX = 10, ARGUMENTS_MAX = 64 };

/* The argument with the path for its first {}. */
static char *
filled(const char *argument, const char *path)
{
	const char *at = strstr(argument, "{}");
	char *s = malloc(strlen(argument) + strlen(path) + 1);

	if (s == NULL)
		_exit(127);
	if (at == NULL)
		return strcpy(s, argument);
	sprintf(s, "%.*s%s%s", (int)(at - argument), argument, path, at + 2);
	return s;
}

static void
command(char **argv, const char *path)
{
	char *with[ARGUMENTS_MAX + 1] = { NULL };
	int nothing = open("/dev/null", O_RDWR);
	int i;

	for (i = 0; i < ARGUMENTS_MAX && argv[i] != NULL; i++)
		with[i] = filled(argv[i], path);
	dup2(nothing, 0);
	dup2(nothing, 1);
	dup2(nothing, 2);
	alarm(SECONDS_MAX);
	execvp(with[0], with);
	_exit(127);
}

static double
ms(const struct timeval *t)
{
	return 1e3 * (double)t->tv_sec + 1e-3 * (double)t->tv_usec;
}

static int
measure(char **argv, const char *path)
{
	struct rusage use;
	struct stat st;
	int status;
	pid_t child = fork();

	if (child == 0)
		command(argv, path);
	if (child < 0 || wait4(child, &status, 0, &use) != child ||
	    stat(path, &st) < 0) {
		fprintf(stderr, "meter: %s: %s\n", path, strerror(errno));
		return 1;
	}
	printf("%.1f\t%ld\t%d\t%lld\t%s\n",
	    ms(&use.ru_utime) + ms(&use.ru_stime), use.ru_maxrss,
	    WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status),
	    (long long)st.st_size, path);
	fflush(stdout);
	return 0;
}

int
main(int argc, char **argv)
{
	char path[4096];
	int failed = 0;

	if (argc < 2) {
		fprintf(stderr, "usage: meter COMMAND [ARGUMENT]... <FILES\n");
		return 2;
	}
	while (fgets(path, sizeof(path), stdin) != NULL) {
		path[strcspn(path, "\n")] = '\0';
		failed |= measure(argv + 1, path);
	}
	return failed;
}
