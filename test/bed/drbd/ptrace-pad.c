/*
 * User-mode Linux 6.1 keeps a guest's floating-point registers in a buffer of fixed size. Where the processor has AMX
 * tiles the host's register set (NT_X86_XSTATE, ptrace(2)) is larger, and the host refuses a PTRACE_SETREGSET that is
 * shorter than what PTRACE_GETREGSET returns. This library, preloaded, lengthens such a request with zeros: a zeroed
 * component is one in its initial state.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/uio.h>

enum { XSTATE = 0x202, LARGEST = 1 << 16 };

typedef long (*ptrace_fn)(int, pid_t, void *, void *);

long ptrace(enum __ptrace_request request, ...)
{
	static ptrace_fn next;
	static char padded[LARGEST] __attribute__((aligned(64)));
	static size_t wanted;
	va_list rest;
	pid_t pid;
	void *what, *data;

	va_start(rest, request);
	pid = va_arg(rest, pid_t);
	what = va_arg(rest, void *);
	data = va_arg(rest, void *);
	va_end(rest);
	if (!next)
		next = (ptrace_fn)dlsym(RTLD_NEXT, "ptrace");

	if (request == PTRACE_SETREGSET && (unsigned long)what == XSTATE) {
		struct iovec *given = data;
		struct iovec all = { padded, sizeof padded };

		if (!wanted && next(PTRACE_GETREGSET, pid, what, &all) == 0)
			wanted = all.iov_len;
		if (wanted > given->iov_len) {
			memcpy(padded, given->iov_base, given->iov_len);
			memset(padded + given->iov_len, 0, wanted - given->iov_len);
			all.iov_base = padded;
			all.iov_len = wanted;
			return next(request, pid, what, &all);
		}
	}
	return next(request, pid, what, data);
}
