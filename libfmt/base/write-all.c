/* Writing everything, however little the system takes at once. */
#include "base/write-all.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

int
write_all(int fd, const void *bytes, size_t n, struct err *err)
{
	const char *at = bytes;

	while (n > 0) {
		ssize_t k = write(fd, at, n);
		struct pollfd ready = { fd, POLLOUT, 0 };

		if (k < 0 && errno == EAGAIN) {
			poll(&ready, 1, -1);
			continue;
		}
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0 && errno == EFAULT)
			return err_set(err, ERR_IO,
			    "cannot write: the file that the bytes come from "
			    "was cut while it was in use");
		if (k <= 0) {
			errno = k == 0 ? EIO : errno;
			return err_errno(err, "cannot write");
		}
		at += k;
		n -= (size_t)k;
	}
	return 0;
}
