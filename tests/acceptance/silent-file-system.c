/*
 * A file system with one file, "stuck", whose reader never gets an answer: the request is taken from the kernel and left
 * lying. A reader whose request was taken waits uninterruptibly and survives SIGKILL, as a program does that sits in a sick
 * driver. When this program ends the kernel aborts the connection and the reader wakes up with an error.
 *
 * Usage: silent-file-system FOLDER (root, /dev/fuse). Speaks the kernel's protocol itself: no library is needed.
 */
#include <fcntl.h>
#include <linux/fuse.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILE_NODE 2

static int device;

static void answer(const struct fuse_in_header *in, int error, const void *body, size_t size)
{
    struct fuse_out_header out = { .len = sizeof out + (error ? 0 : size), .error = -error, .unique = in->unique };
    struct iovec parts[2] = { { &out, sizeof out }, { (void *)body, error ? 0 : size } };
    if (writev(device, parts, 2) < 0)
        perror("writev");
}

static struct fuse_attr attributes(unsigned long node)
{
    struct fuse_attr attr = { .ino = node, .nlink = 1, .blksize = 4096, .size = 4096 };
    attr.mode = node == FUSE_ROOT_ID ? S_IFDIR | 0755 : S_IFREG | 0444;
    return attr;
}

int main(int argc, char **argv)
{
    static char request[1 << 20];
    char options[128];
    if (argc != 2 || (device = open("/dev/fuse", O_RDWR | O_CLOEXEC)) < 0) {
        perror(argc != 2 ? "usage: silent-file-system FOLDER" : "/dev/fuse");
        return 1;
    }
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", device);
    if (mount("silent", argv[1], "fuse", MS_NOSUID | MS_NODEV, options) < 0) {
        perror("mount");
        return 1;
    }
    while (read(device, request, sizeof request) > 0) {
        const struct fuse_in_header *in = (void *)request;
        struct fuse_init_out init = { .major = FUSE_KERNEL_VERSION, .minor = FUSE_KERNEL_MINOR_VERSION, .max_write = 4096 };
        struct fuse_entry_out entry = { .nodeid = FILE_NODE, .attr = attributes(FILE_NODE) };
        struct fuse_attr_out attr = { .attr = attributes(in->nodeid) };
        struct fuse_open_out opened = { .open_flags = FOPEN_DIRECT_IO };
        switch (in->opcode) {
        case FUSE_INIT: answer(in, 0, &init, sizeof init); break;
        case FUSE_LOOKUP: answer(in, strcmp(request + sizeof *in, "stuck") ? 2 : 0, &entry, sizeof entry); break;
        case FUSE_GETATTR: answer(in, 0, &attr, sizeof attr); break;
        case FUSE_OPEN: answer(in, 0, &opened, sizeof opened); break;
        /* Taken and never answered: this is the point of it. Nor are these answered by anybody. */
        case FUSE_READ: case FUSE_INTERRUPT: case FUSE_FORGET: case FUSE_BATCH_FORGET: break;
        case FUSE_FLUSH: case FUSE_RELEASE: answer(in, 0, NULL, 0); break;
        default: answer(in, 38, NULL, 0); break;
        }
    }
    return 0;
}
