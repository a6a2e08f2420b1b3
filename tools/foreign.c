/* Runs nn-hdf5 on a file, and believes nothing of what it says.

   Whatever the file does to it (any signal, any status, any bytes, silence)
   becomes an error about the file; it is killed when it takes too long, writes
   too much, or when this process dies. */
#include "foreign.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/disk.h"
#include "base/text.h"
#include "base/write-all.h"
#include "hdf5/nn-hdf5.h"

enum {
	PIECE = 1 << 18,
	SAYS = 600,     /* bytes that it may say, which is one line */
	NO_SUCH = 127,  /* exit status: could not be started */
	FACTOR = 1100,  /* bytes written for one of the file, at most, */
	SMALL = 1 << 22 /* and for none */
};

struct child {
	pid_t pid;
	int out, says; /* ends of pipes; -1: at its end */
	int to;        /* the file that its output goes to */
	uint64_t taken, most;
	uint64_t until;     /* tool_clock when it is killed */
	const char *killed; /* why */
	char text[SAYS];
	size_t ntext;
};

/* Beside a tool that runs where it was built, else where make install put it. */
static const char *
find_program(struct tool *t, struct err *err)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	const char *libs, *built;

	if (n <= 0)
		return NN_PKGLIBEXECDIR "/nn-hdf5";
	self[n] = '\0';
	*strrchr(self, '/') = '\0';
	libs = arena_printf(&t->arena, err, "%s/.libs", self);
	built = arena_printf(&t->arena, err, "%s/nn-hdf5", self);
	if (libs == NULL || built == NULL)
		return NULL;
	return access(libs, X_OK) == 0 ? built : NN_PKGLIBEXECDIR "/nn-hdf5";
}

/* In the new process: three descriptors, and the end with its parent's. */
static void
become(const char *program, int in, int out, int says)
{
	static char name[] = "nn-hdf5";
	char *const argv[] = { name, NULL };
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGXFSZ, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
	    dup2(says, STDERR_FILENO) < 0)
		_exit(NO_SUCH);
	execv(program, argv);
	_exit(NO_SUCH);
}

static int
start(struct child *c, const char *program, int in, struct err *err)
{
	int out[2], says[2];

	if (pipe2(out, O_CLOEXEC) < 0)
		return err_errno(err, "cannot make a pipe");
	if (pipe2(says, O_CLOEXEC) < 0) {
		err_errno(err, "cannot make a pipe");
		close(out[0]);
		close(out[1]);
		return -1;
	}
	c->pid = fork();
	if (c->pid == 0)
		become(program, in, out[1], says[1]);
	if (c->pid < 0)
		err_errno(err, "cannot start a process");
	close(out[1]);
	close(says[1]);
	c->out = out[0];
	c->says = says[0];
	return c->pid < 0 ? -1 : 0;
}

static void
stop(struct child *c, const char *why)
{
	if (c->killed == NULL)
		c->killed = why;
	kill(c->pid, SIGKILL);
}

static void
hang_up(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* What is there of the output, to the file. */
static int
take_output(struct child *c, char *piece, struct err *err)
{
	ssize_t n = read(c->out, piece, PIECE);

	if (n < 0 && errno == EINTR)
		return 0;
	if (n <= 0) {
		hang_up(&c->out);
		return 0;
	}
	c->taken += (uint64_t)n;
	if (c->taken > c->most) {
		stop(c, "it unpacks to more than any file of its size holds");
		return 0;
	}
	return write_all(c->to, piece, (size_t)n, err) < 0
	    ? err_in(err, "a temporary file")
	    : 0;
}

static void
take_words(struct child *c, char *piece)
{
	ssize_t n = read(c->says, piece, PIECE);
	size_t room = sizeof(c->text) - c->ntext;

	if (n < 0 && errno == EINTR)
		return;
	if (n <= 0) {
		hang_up(&c->says);
		return;
	}
	if ((size_t)n > room) {
		stop(c, "it makes nn-hdf5 say what it never does");
		n = (ssize_t)room;
	}
	memcpy(c->text + c->ntext, piece, (size_t)n);
	c->ntext += (size_t)n;
}

static int
time_left(const struct child *c)
{
	uint64_t now = tool_clock();
	uint64_t ms = now < c->until ? (c->until - now) / 1000000 + 1 : 0;

	return ms > INT_MAX ? INT_MAX : (int)ms;
}

/* Until both pipes are at their end. */
static int
listen_to(struct child *c, struct err *err)
{
	char *piece = slab_new(PIECE, err);
	int rc = piece != NULL ? 0 : -1;

	while (rc == 0 && c->killed == NULL && (c->out >= 0 || c->says >= 0)) {
		struct pollfd p[2] = { { c->out, POLLIN, 0 },
			{ c->says, POLLIN, 0 } };
		int n = poll(p, 2, time_left(c));

		if (n == 0)
			stop(c, "reading it takes too long");
		if (n > 0 && p[0].revents != 0)
			rc = take_output(c, piece, err);
		if (n > 0 && p[1].revents != 0)
			take_words(c, piece);
	}
	slab_free(piece, PIECE);
	return rc;
}

static int
wait_for(struct child *c)
{
	int status = 0;

	while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

/* One line of its words, fit to be shown. */
static const char *
words(const struct child *c, struct tool *t, struct err *err)
{
	size_t n = 0;
	char shown[2 * SAYS];

	while (n < c->ntext && c->text[n] != '\n')
		n++;
	return arena_text(
	    &t->arena, text_safe(shown, sizeof(shown), c->text, n), err);
}

static const struct {
	int signal;
	const char *why;
} ends[] = {
	{ SIGXCPU, "reading it takes too long" },
	{ SIGSYS, "it makes libhdf5 give up or try what is forbidden" },
	{ SIGBUS, "it was cut while it was read" },
};

static const char *
why_killed(const struct child *c, int number)
{
	if (c->killed != NULL)
		return c->killed;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (ends[i].signal == number)
			return ends[i].why;
	return "it crashes libhdf5";
}

static int
judge(struct child *c, int status, const char *program, struct foreign *f,
    struct tool *t, struct err *err)
{
	f->what = words(c, t, err);
	if (f->what == NULL)
		return -1;
	if (c->killed != NULL || WIFSIGNALED(status))
		return err_set(err, ERR_MODEL,
		    "damaged or hostile HDF5: %s; restore the file from a copy",
		    why_killed(c, WIFSIGNALED(status) ? WTERMSIG(status) : 0));
	if (WEXITSTATUS(status) == NO_SUCH)
		return err_set(err, ERR_IO, "cannot run %s", program);
	if (WEXITSTATUS(status) == NO_WALLS)
		return err_set(err, ERR_IO,
		    "is HDF5 of another program, which is only read behind "
		    "walls, and these cannot be built here: %s",
		    f->what);
	return WEXITSTATUS(status) == 0
	    ? 0
	    : err_set(err, ERR_MODEL, "HDF5 of another program, or damaged: %s",
		  f->what);
}

/* nn-hdf5 gives itself a second of processor time, and one for 16 MiB; others
   may have the processors meanwhile. */
static void
set_limits(struct child *c, const struct foreign *f)
{
	struct stat st = { 0 };
	uint64_t size;

	fstat(f->fd, &st);
	size = (uint64_t)st.st_size;
	c->most = SMALL + FACTOR * size;
	c->until = tool_clock() + UINT64_C(4000000000) + size * 240;
}

static int
run_child(struct tool *t, struct child *c, struct foreign *f, struct err *err)
{
	const char *program = find_program(t, err);
	int rc, status;

	if (program == NULL)
		return -1;
	set_limits(c, f);
	rc = start(c, program, f->fd, err);
	if (c->pid > 0) {
		if (rc == 0)
			rc = listen_to(c, err);
		if (rc < 0)
			stop(c, "");
		status = wait_for(c);
		if (rc == 0)
			rc = judge(c, status, program, f, t, err);
	}
	hang_up(&c->out);
	hang_up(&c->says);
	return rc;
}

int
foreign_can_be_read(struct tool *t, struct err *err)
{
	const char *program = find_program(t, err);

	return program != NULL && access(program, X_OK) == 0;
}

int
foreign_read(struct tool *t, struct foreign *f, struct err *err)
{
	struct child c = { .pid = -1, .out = -1, .says = -1 };

	c.to = disk_file(t->tmpdir, err);
	if (c.to < 0)
		return -1;
	if (run_child(t, &c, f, err) == 0)
		return c.to;
	close(c.to);
	return err_in(err, "%s", f->name);
}
