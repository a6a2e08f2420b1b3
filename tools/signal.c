/* Signals: the first one asks, the second one kills. */
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

static volatile sig_atomic_t stopped, line_wanted, snapshot_wanted;
static char bus_text[200];

/* SA_RESETHAND: the next one of its kind has its default action, and so has one
   of another kind that comes after. */
static void
on_stop(int sig)
{
	if (stopped)
		raise(sig);
	stopped = sig;
}

static void
on_user(int sig)
{
	if (sig == SIGUSR1)
		line_wanted = 1;
	else
		snapshot_wanted = 1;
}

/* A mapped model whose file was cut meanwhile; anything else is a bug and
   dies of the signal. */
static void
on_bus(int sig, siginfo_t *info, void *context)
{
	(void)context;
	if (info->si_code == BUS_ADRERR) {
		(void)!write(STDERR_FILENO, bus_text, strlen(bus_text));
		_exit(ERR_IO);
	}
	signal(sig, SIG_DFL);
}

/* A stack for the handlers.  oneDNN's matrix products for AVX2 let the stack
   pointer point into the heap, where the frame of a signal would destroy what
   lies below it.  A stack that is set already (sanitizers) is kept; the size
   holds the registers of AVX-512 and AMX; threads take no signals. */
static void
stack_begin(void)
{
	static _Alignas(max_align_t) char bytes[1 << 16];
	stack_t old, own = { .ss_sp = bytes, .ss_size = sizeof(bytes) };

	if (sigaltstack(NULL, &old) == 0 && (old.ss_flags & SS_DISABLE) != 0)
		sigaltstack(&own, NULL);
}

static void
set(int sig, void (*handler)(int), int flags)
{
	struct sigaction a = { .sa_handler = handler,
		.sa_flags = flags | SA_ONSTACK };
	sigemptyset(&a.sa_mask);
	sigaction(sig, &a, NULL);
}

/* A signal ignored from outside (nohup) stays ignored. */
static void
set_unless_ignored(int sig)
{
	struct sigaction old;
	if (sigaction(sig, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
		set(sig, on_stop, SA_RESETHAND | SA_RESTART);
}

void
signal_begin(const char *name)
{
	struct sigaction bus = { .sa_sigaction = on_bus,
		.sa_flags = SA_SIGINFO | SA_ONSTACK };

	stack_begin();
	snprintf(bus_text, sizeof(bus_text),
	    "%s: a file was cut or could not be read while it was in use; "
	    "check the disk and run the command again\n",
	    name);
	sigemptyset(&bus.sa_mask);
	sigaction(SIGBUS, &bus, NULL);
	set(SIGXFSZ, SIG_IGN, 0);
	set(SIGUSR1, on_user, SA_RESTART);
	set(SIGUSR2, on_user, SA_RESTART);
}

void
tool_catch(void)
{
	set_unless_ignored(SIGINT);
	set_unless_ignored(SIGTERM);
	set_unless_ignored(SIGHUP);
}

int
tool_stopped(void)
{
	return stopped;
}

static int
take(volatile sig_atomic_t *flag)
{
	int was = *flag;
	*flag = 0;
	return was;
}

int
tool_line_wanted(void)
{
	return take(&line_wanted);
}

int
tool_snapshot_wanted(void)
{
	return take(&snapshot_wanted);
}

void
tool_raise(struct tool *t)
{
	int sig = stopped;

	tool_progress_clear(t);
	if (!sig)
		return;
	set(sig, SIG_DFL, 0);
	raise(sig);
}
