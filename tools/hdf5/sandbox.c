/* The walls, outermost first: limits on resources, Landlock where the kernel
   has it, and a list of the system calls that are left.

   Two of them keep files out, so that a hole in one is no hole.  The list is
   what libhdf5 1.10 to 2 and the allocator use between opening bytes in memory
   and writing a result; what is not on it kills the process, and what libhdf5
   tries although it need not gets an error. */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "hdf5/sandbox.h"

#if defined(__x86_64__) && !defined(__ILP32__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__) && !defined(__ILP32__)
#define ARCH AUDIT_ARCH_AARCH64
#else
#define ARCH 0 /* no list for that machine: refused */
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
const int sandbox_limits_memory = 0;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
const int sandbox_limits_memory = 0;
#else
const int sandbox_limits_memory = 1;
#endif
#else
const int sandbox_limits_memory = 1;
#endif

enum how {
	ALLOWED,
	TO_OUTPUT, /* the first argument is descriptor 1 or 2 */
	NO_CODE,   /* the third, a protection, lacks PROT_EXEC */
	DENIED,    /* EACCES */
};

static const struct {
	int number;
	enum how how;
} calls[] = {
	{ SYS_write, TO_OUTPUT },
	{ SYS_mmap, NO_CODE },
	{ SYS_mprotect, NO_CODE },
	{ SYS_munmap, ALLOWED },
	{ SYS_mremap, ALLOWED },
	{ SYS_madvise, ALLOWED },
	{ SYS_brk, ALLOWED },
	{ SYS_close, ALLOWED },
	{ SYS_futex, ALLOWED },
	{ SYS_getrandom, ALLOWED },
	{ SYS_getpid, ALLOWED },
	{ SYS_clock_gettime, ALLOWED },
	{ SYS_gettimeofday, ALLOWED },
	{ SYS_sched_yield, ALLOWED },
	{ SYS_sigaltstack, ALLOWED }, /* by sanitizers, at the end */
	{ SYS_exit, ALLOWED },
	{ SYS_exit_group, ALLOWED },

	{ SYS_openat, DENIED },
	{ SYS_newfstatat, DENIED },
	{ SYS_fstat, DENIED },
	{ SYS_statx, DENIED },
	{ SYS_faccessat, DENIED },
	{ SYS_readlinkat, DENIED },
	{ SYS_getcwd, DENIED },
	{ SYS_lseek, DENIED },
	{ SYS_fcntl, DENIED },
	{ SYS_sysinfo, DENIED },
	{ SYS_nanosleep, DENIED }, /* between two tries of a checksum */
	{ SYS_clock_nanosleep, DENIED },
#ifdef SYS_open
	{ SYS_open, DENIED },
	{ SYS_stat, DENIED },
	{ SYS_lstat, DENIED },
	{ SYS_access, DENIED },
	{ SYS_readlink, DENIED },
#endif
};
enum { CALLS = sizeof(calls) / sizeof(calls[0]) };

/* Each row takes at most so many steps of the filter. */
enum { HEAD = 6, ROW = 6 };

struct filter {
	struct sock_filter at[HEAD + CALLS * ROW];
	unsigned short n;
};

static void
step(struct filter *f, uint16_t code, uint32_t k, uint8_t yes, uint8_t no)
{
	f->at[f->n++] = (struct sock_filter){ code, yes, no, k };
}

static void
load(struct filter *f, size_t offset)
{
	step(f, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void
answer(struct filter *f, uint32_t action)
{
	step(f, BPF_RET | BPF_K, action, 0, 0);
}

/* The low half of an argument: all that the kernel looks at in a descriptor,
   and where PROT_EXEC is. */
static void
load_argument(struct filter *f, int i)
{
	load(f, offsetof(struct seccomp_data, args) + 8 * (size_t)i);
}

static void
add_call(struct filter *f, int number, enum how how)
{
	static const uint8_t length[] = {
		[ALLOWED] = 1,
		[TO_OUTPUT] = 5,
		[NO_CODE] = 4,
		[DENIED] = 1,
	};

	step(f, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)number, 0, length[how]);
	switch (how) {
	case TO_OUTPUT:
		load_argument(f, 0);
		step(f, BPF_JMP | BPF_JEQ | BPF_K, STDOUT_FILENO, 1, 0);
		step(f, BPF_JMP | BPF_JEQ | BPF_K, STDERR_FILENO, 0, 1);
		break;
	case NO_CODE:
		load_argument(f, 2);
		step(f, BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 1, 0);
		break;
	case DENIED:
		answer(f, SECCOMP_RET_ERRNO | EACCES);
		return;
	case ALLOWED:
		break;
	}
	answer(f, SECCOMP_RET_ALLOW);
	if (how != ALLOWED)
		answer(f, SECCOMP_RET_KILL_PROCESS);
}

/* Calls of another architecture have other numbers; those of x32 are the same
   with a bit more. */
static void
add_head(struct filter *f)
{
	load(f, offsetof(struct seccomp_data, arch));
	step(f, BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0);
	answer(f, SECCOMP_RET_KILL_PROCESS);
	load(f, offsetof(struct seccomp_data, nr));
	step(f, BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);
	answer(f, SECCOMP_RET_KILL_PROCESS);
}

static int
filter_calls(struct err *err)
{
	struct filter f = { .n = 0 };
	struct sock_fprog program = { 0, f.at };

	add_head(&f);
	for (int i = 0; i < CALLS; i++)
		add_call(&f, calls[i].number, calls[i].how);
	answer(&f, SECCOMP_RET_KILL_PROCESS);
	program.len = f.n;
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		return err_errno(err, "the kernel takes no list of calls");
	return 0;
}

/* Landlock, by number since headers are often older than kernels: every right
   over files and ports that this kernel knows is handled, and none is given.
   See landlock(7). */
enum {
	LANDLOCK_CREATE = 444,
	LANDLOCK_RESTRICT = 446,
	LANDLOCK_ASK_VERSION = 1,
};

struct landlock {
	uint64_t files, ports, scopes;
};

/* The rights and the size of the struct, by version. */
static const struct {
	struct landlock all;
	size_t size;
} landlocks[] = {
	{ { 0, 0, 0 }, 0 },
	{ { 0x1fff, 0, 0 }, 8 },
	{ { 0x3fff, 0, 0 }, 8 },
	{ { 0x7fff, 0, 0 }, 8 },
	{ { 0x7fff, 3, 0 }, 16 },
	{ { 0xffff, 3, 0 }, 16 },
	{ { 0xffff, 3, 3 }, 24 },
};
enum { LANDLOCKS = sizeof(landlocks) / sizeof(landlocks[0]) };

static int
forbid_files(struct err *err)
{
	long version = syscall(LANDLOCK_CREATE, NULL, 0, LANDLOCK_ASK_VERSION);
	int rc, fd;

	if (version <= 0)
		return 0; /* an older kernel, or switched off */
	if (version >= LANDLOCKS)
		version = LANDLOCKS - 1;
	fd = (int)syscall(LANDLOCK_CREATE, &landlocks[version].all,
	    landlocks[version].size, 0);
	if (fd < 0)
		return err_errno(err, "cannot forbid files");
	rc = (int)syscall(LANDLOCK_RESTRICT, fd, 0);
	close(fd);
	return rc < 0 ? err_errno(err, "cannot forbid files") : 0;
}

/* The bytes that are mapped now; to be asked while files can be opened. */
static int
mapped_now(uint64_t *bytes, struct err *err)
{
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	char text[64];
	ssize_t n;

	if (fd < 0)
		return err_errno(err, "cannot open /proc/self/statm");
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return err_set(err, ERR_IO, "cannot read /proc/self/statm");
	text[n] = '\0';
	*bytes = strtoull(text, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE);
	return 0;
}

/* Never wider than it is already. */
static int
limit(int what, rlim_t most, struct err *err)
{
	struct rlimit r = { RLIM_INFINITY, RLIM_INFINITY };

	if (getrlimit((__rlimit_resource_t)what, &r) == 0 && r.rlim_cur <= most)
		return 0;
	r.rlim_cur = most;
	/* The signal of RLIMIT_CPU first, which says more than SIGKILL. */
	r.rlim_max = what == RLIMIT_CPU ? most + 1 : most;
	if (setrlimit((__rlimit_resource_t)what, &r) < 0)
		return err_errno(err, "cannot limit resource %d", what);
	return 0;
}

static int
limit_all(const struct sandbox *walls, struct err *err)
{
	uint64_t now = 0;

	if (sandbox_limits_memory &&
	    (mapped_now(&now, err) < 0 ||
		limit(RLIMIT_AS, now + walls->memory, err) < 0))
		return -1;
	if (limit(RLIMIT_CPU, walls->cpu, err) < 0 ||
	    limit(RLIMIT_FSIZE, 0, err) < 0 || limit(RLIMIT_CORE, 0, err) < 0 ||
	    limit(RLIMIT_NPROC, 0, err) < 0)
		return -1;
	return 0;
}

static void
close_others(void)
{
	if (syscall(SYS_close_range, 3U, ~0U, 0U) == 0)
		return;
	for (int fd = 3; fd < 65536; fd++)
		close(fd);
}

/* A wall that does not stand is worse than none that was promised. */
static int
try_walls(struct err *err)
{
	int fd = open("/", O_RDONLY | O_CLOEXEC);

	return fd < 0 && errno == EACCES
	    ? 0
	    : err_set(err, ERR_IO, "the walls do not hold: a file was opened");
}

int
sandbox_enter(const struct sandbox *walls, struct err *err)
{
	if (ARCH == 0)
		return err_set(err, ERR_IO,
		    "there is no list of system calls for this kind of "
		    "machine");
	close_others();
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_errno(err, "cannot give up privileges");
	/* The last descriptor is Landlock's own. */
	if (limit_all(walls, err) < 0 || forbid_files(err) < 0 ||
	    limit(RLIMIT_NOFILE, 3, err) < 0 || filter_calls(err) < 0)
		return -1;
	return try_walls(err);
}
