/* The walls around nn-hdf5: each attack that a program behind them may try is
   denied or kills it, and works without them. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "hdf5/sandbox.h"

/* The linker's names: NOLINTBEGIN(bugprone-reserved-identifier) */
int __real_prctl(int what, ...);
int __wrap_prctl(int what, ...);
long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);

enum { LANDLOCK_CREATE = 444, LANDLOCK_RESTRICT = 446 };

static int no_seccomp, no_landlock; /* pretend: done, and not there */
static char path[] = "/tmp/nn-sandbox-XXXXXX";
static int other; /* a descriptor above the standard ones */

int
__wrap_prctl(int what, ...)
{
	unsigned long a[4];
	va_list args;

	va_start(args, what);
	for (int i = 0; i < 4; i++)
		a[i] = va_arg(args, unsigned long);
	va_end(args);
	if (no_seccomp && what == PR_SET_SECCOMP)
		return 0;
	return __real_prctl(what, a[0], a[1], a[2], a[3]);
}

long
__wrap_syscall(long number, ...)
{
	long a[4];
	va_list args;

	va_start(args, number);
	for (int i = 0; i < 4; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	if (no_landlock && number == LANDLOCK_CREATE) {
		errno = ENOSYS;
		return -1;
	}
	return __real_syscall(number, a[0], a[1], a[2], a[3]);
}

/* NOLINTEND(bugprone-reserved-identifier) */

/* The attacks: 1 when they succeed. */

static int
reads_a_file(void)
{
	return open("/etc/passwd", O_RDONLY) >= 0;
}

static int
makes_a_file(void)
{
	char name[64];
	int fd;

	snprintf(name, sizeof(name), "%s.new", path);
	fd = openat(AT_FDCWD, name, O_CREAT | O_WRONLY, 0600);
	if (fd >= 0)
		unlink(name);
	return fd >= 0;
}

static int
takes_a_file_away(void)
{
	char name[64];

	snprintf(name, sizeof(name), "%s.away", path);
	return unlink(name) == 0;
}

static int
reads_what_was_open(void)
{
	char c;

	return pread(other, &c, 1, 0) == 1;
}

static int
writes_what_was_open(void)
{
	return write(other, "x", 1) == 1;
}

/* Standard input, were it open for writing. */
static int
writes_to_its_input(void)
{
	return write(STDIN_FILENO, "x", 1) == 1;
}

static int
makes_a_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}

/* false exits with 1, as does an attack that succeeds. */
static int
runs_a_program(void)
{
	execl("/bin/false", "false", (char *)NULL);
	return 0;
}

static int
starts_a_process(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid > 0 && waitpid(pid, NULL, 0) == pid;
}

static int
is_traced(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0;
}

static int
maps_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static int
makes_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p != MAP_FAILED && mprotect(p, 4096, PROT_READ | PROT_EXEC) == 0;
}

static int
signals_its_parent(void)
{
	return kill(getppid(), SIGUSR1) == 0;
}

static int
widens_a_limit(void)
{
	struct rlimit r;

	return getrlimit(RLIMIT_NOFILE, &r) == 0 &&
	    setrlimit(RLIMIT_NOFILE, &r) == 0;
}

static int
asks_for_other_walls(void)
{
	return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0;
}

/* A list of calls may be made stricter by anyone, but not here. */
static int
adds_a_filter(void)
{
	enum { GET_ACTION_AVAIL = 2 };
	uint32_t action = 0x7fff0000;

	return syscall(SYS_seccomp, GET_ACTION_AVAIL, 0, &action) == 0;
}

static double
processor_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Longer than it may. */
static int
never_ends(void)
{
	double from = processor_seconds();

	while (processor_seconds() < from + 1.5)
		;
	return 1;
}

static int
takes_all_memory(void)
{
	return mmap(NULL, (size_t)4 << 30, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
		   0) != MAP_FAILED;
}

static const struct {
	const char *name;
	int (*try)(void);
} attacks[] = {
	{ "open a file", reads_a_file },
	{ "make a file", makes_a_file },
	{ "unlink a file", takes_a_file_away },
	{ "read a descriptor", reads_what_was_open },
	{ "write a descriptor", writes_what_was_open },
	{ "write to standard input", writes_to_its_input },
	{ "socket", makes_a_socket },
	{ "execve", runs_a_program },
	{ "fork", starts_a_process },
	{ "ptrace", is_traced },
	{ "mmap of code", maps_code },
	{ "mprotect to code", makes_code },
	{ "kill the parent", signals_its_parent },
	{ "setrlimit", widens_a_limit },
	{ "prctl", asks_for_other_walls },
	{ "seccomp", adds_a_filter },
	{ "spin for ever", never_ends },
	{ "4 GiB of memory", takes_all_memory },
};
enum { ATTACKS = sizeof(attacks) / sizeof(attacks[0]) };

enum { DENIED = 0, SUCCEEDED = 1, NO_WALLS = 9 };

static void
attack(int i, int walls)
{
	const struct sandbox sandbox = { .memory = 64 << 20, .cpu = 1 };
	struct err err = { 0 };

	if (walls && sandbox_enter(&sandbox, &err) < 0)
		_exit(NO_WALLS);
	_exit(attacks[i].try() ? SUCCEEDED : DENIED);
}

/* In a process of its own, whose standard input could be written. */
static int
status_of(int i, int walls)
{
	char name[64];
	int status = 0;
	pid_t pid;

	snprintf(name, sizeof(name), "%s.away", path);
	close(open(name, O_CREAT | O_WRONLY, 0600));
	pid = fork();
	if (pid == 0) {
		dup2(other, STDIN_FILENO);
		attack(i, walls);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	unlink(name);
	return status;
}

/* The clock goes on without Landlock as with it. */
static int
is_off(int i)
{
	return (!sandbox_limits_memory && attacks[i].try == takes_all_memory) ||
	    (no_landlock && attacks[i].try == never_ends);
}

/* What takes too long ends by the signal that says so. */
static int
is_denied(int i, int status)
{
	if (attacks[i].try == never_ends)
		return WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU;
	return WIFSIGNALED(status) || WEXITSTATUS(status) == DENIED;
}

static int
denied(void)
{
	int n = 0, all = 0;

	for (int i = 0; i < ATTACKS; i++) {
		int status;

		if (is_off(i))
			continue;
		all++;
		status = status_of(i, 1);
		if (is_denied(i, status))
			n++;
		else
			print_message("%s: status %x\n", attacks[i].name,
			    (unsigned)status);
	}
	print_message("%d/%d denied\n", n, all);
	return n == all;
}

static void
test_every_attack_is_denied(void **state)
{
	(void)state;
	assert_true(denied());
}

static void
test_the_list_of_calls_does_without_landlock(void **state)
{
	(void)state;
	no_landlock = 1;
	assert_true(denied());
	no_landlock = 0;
}

static void
test_the_same_attacks_work_without_walls(void **state)
{
	int n = 0;

	(void)state;
	for (int i = 0; i < ATTACKS; i++) {
		int status = status_of(i, 0);

		if (WIFEXITED(status) && WEXITSTATUS(status) == SUCCEEDED)
			n++;
		else
			print_message("%s: status %x\n", attacks[i].name,
			    (unsigned)status);
	}
	print_message("%d/%d work without walls\n", n, ATTACKS);
	assert_int_equal(n, ATTACKS);
}

/* A kernel that says yes and does nothing. */
static void
test_walls_that_do_not_hold_are_noticed(void **state)
{
	(void)state;
	no_seccomp = 1;
	no_landlock = 1;
	assert_int_equal(WEXITSTATUS(status_of(0, 1)), NO_WALLS);
	no_landlock = 0;
	no_seccomp = 0;
}

static int
begin(void **state)
{
	(void)state;
	signal(SIGUSR1, SIG_IGN);
	other = mkostemp(path, O_CLOEXEC);
	return other > STDERR_FILENO && write(other, "x", 1) == 1 ? 0 : -1;
}

static int
end(void **state)
{
	(void)state;
	return unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_attack_is_denied),
		cmocka_unit_test(test_the_list_of_calls_does_without_landlock),
		cmocka_unit_test(test_the_same_attacks_work_without_walls),
		cmocka_unit_test(test_walls_that_do_not_hold_are_noticed),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
