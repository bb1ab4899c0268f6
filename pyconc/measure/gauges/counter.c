/* A word to the valgrind that this process runs under, by its documented client requests.
 *
 * Such a request is a sequence of instructions that does nothing on a processor, and tells valgrind
 * that a register holds the address of six words: the number of the request, and its arguments.
 */
#include <stdint.h>

/* VG_USERREQ__RUNNING_ON_VALGRIND and VG_USERREQ__GDB_MONITOR_COMMAND of valgrind.h. */
enum { RUNNING_ON_VALGRIND = 0x1001, MONITOR_COMMAND = 0x1202 };

static uint64_t request(uint64_t number, uint64_t argument)
{
    volatile uint64_t words[6] = {number, argument, 0, 0, 0, 0};
    uint64_t answer = 0;
#if defined(__x86_64__)
    __asm__ volatile("rolq $3, %%rdi; rolq $13, %%rdi; rolq $61, %%rdi; rolq $51, %%rdi\n\t"
                     "xchgq %%rbx, %%rbx"
                     : "=d"(answer) : "a"(&words[0]), "0"(answer) : "cc", "memory");
#elif defined(__aarch64__)
    __asm__ volatile("mov x3, %1; mov x4, %2\n\t"
                     "ror x12, x12, #3; ror x12, x12, #13; ror x12, x12, #51; ror x12, x12, #61\n\t"
                     "orr x10, x10, x10\n\t"
                     "mov %0, x3"
                     : "=r"(answer) : "r"(answer), "r"(&words[0])
                     : "cc", "memory", "x3", "x4");
#else
#error "the requests of valgrind are not known for this processor"
#endif
    return answer;
}

/* How many valgrinds run this process: none, as a rule. */
int counter_on_valgrind(void)
{
    return (int)request(RUNNING_ON_VALGRIND, 0);
}

/* What can be asked of valgrind from a debugger; 0 if it knows the command. */
int counter_command(const char *command)
{
    return (int)request(MONITOR_COMMAND, (uint64_t)(uintptr_t)command);
}

/* So many turns of a loop of four instructions, by which the counting itself is tried. */
void counter_spin(long turns)
{
#if defined(__x86_64__)
    __asm__ volatile("1: nop; nop; dec %0; jnz 1b" : "+r"(turns) : : "cc");
#elif defined(__aarch64__)
    __asm__ volatile("1: nop; nop; subs %0, %0, #1; b.ne 1b" : "+r"(turns) : : "cc");
#endif
}
