// Image: what the process's memory held when a worker began, so that executions follow one another without a fork, and can be left midway.
// SPDX-License-Identifier: Apache-2.0
//
// A forked process finds its memory as the server left it; so does the next execution in a process whose memory is put back. That costs a
// copy of the pages that executions write, some tens of microseconds, where a process costs milliseconds: it is mostly the page faults at
// which each of those pages is copied once again.
//
// Which pages? Those that are this process's alone: after a fork every page is shared with the server, which stands still, until somebody
// writes to it. Their number can only grow by a page fault, and those the kernel counts; so when the count is what it was, no other page
// has been written to, and the list of pages need not be made again. (The kernel could also join pages to a huge one by itself; that is
// turned off.) The list is made from /proc/self/pagemap, over all writable private mappings (of our own large reservations, over what is in
// use). What each page held is copied when the image is taken; a page that was not there held zeros.
//
// All that makes up the process's state in memory is put back, ours and that of the C library; what is not is in mappings shared with the
// server (the campaign, the strategy), and the image itself, which has a stack of its own to work on. The state that the kernel keeps is
// not put back: a process in which it may have changed does not go back (system_calls.h).
//
// Cost: taking it, about a millisecond for each 2 megabytes in use. Going back: 0.1 us a kilobyte ever written, and half a millisecond when
// new pages were.
// Limits: fibers on x86-64; at most 64 megabytes that are not zero. Elsewhere, and where pages or system calls cannot be watched, each
// execution is a process.
#pragma once

#include <cstddef>
#include <cstdint>

namespace interleave::runtime::image {

// begin_here() takes the image, in a worker that has just been forked. It returns then, and again after each go_back(). at_exit() is called
// when the program would end the process (system_calls.h).
void begin_here(void (*at_exit)(int status));
// can_go_back(): is there an image, and has nothing happened that it does not hold?
bool can_go_back();
// is_large(): has so much been written since the image was taken that another process would be cheaper?
bool is_large();
// What the kernel writes in this process's memory by itself: where it keeps the number of the processor (rseq). Null: nothing.
void *kernels_memory();
inline constexpr std::size_t kKernelsBytes = 32;
// for_each_written() calls f(context, page, copy) for each page (4096 bytes) that was written to since the image was taken, with what it held
// then (null: zeros). False: that is not known. spare() is memory that is not put back, `bytes` of it, for who compares.
bool for_each_written(void (*f)(void *context, std::uint64_t page, const void *copy), void *context);
void *spare(std::size_t bytes);
// go_back(), if it turns out that it cannot, leaves the execution that was to begin to another process (Campaign::leaves_next).
[[noreturn]] void go_back();

}  // namespace interleave::runtime::image
