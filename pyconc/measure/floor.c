/* The operating system's own primitives, as often as asked: what no Python can be cheaper than.
 *
 * Every function does so many loops and returns how many it did, or less when a call failed. The
 * state is static: every round is a process of its own.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <semaphore.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static volatile long counter;
static volatile int turn;

/* Puts everything back. The counters of semaphores start at 0 but for the pair's. */
static sem_t one, ping, pong;

int floor_reset(void)
{
    counter = 0;
    turn = 0;
    return sem_init(&one, 0, 1) | sem_init(&ping, 0, 0) | sem_init(&pong, 0, 0);
}

long floor_counter(void)
{
    return counter;
}

long floor_empty_loop(int worker, long loops)
{
    (void)worker;
    long done = 0;
    for (; done < loops; done++)
        __asm__ volatile("" ::: "memory");
    return done;
}

long floor_mutex_pair(int worker, long loops)
{
    (void)worker;
    long done = 0;
    for (; done < loops; done++) {
        if (pthread_mutex_lock(&mutex))
            break;
        counter++;
        pthread_mutex_unlock(&mutex);
    }
    return done;
}

long floor_semaphore_pair(int worker, long loops)
{
    (void)worker;
    long done = 0;
    for (; done < loops; done++) {
        if (sem_wait(&one))
            break;
        counter++;
        sem_post(&one);
    }
    return done;
}

long floor_semaphore_handoff(int worker, long loops)
{
    sem_t *give = worker == 0 ? &ping : &pong, *take = worker == 0 ? &pong : &ping;
    long done = 0;
    for (; done < loops; done++) {
        if (worker == 0)
            sem_post(give);
        if (sem_wait(take))
            break;
        counter++;
        if (worker == 1)
            sem_post(give);
    }
    return done;
}

long floor_condition_handoff(int worker, long loops)
{
    long done = 0;
    pthread_mutex_lock(&mutex);
    for (; done < loops; done++) {
        while (turn != worker)
            pthread_cond_wait(&changed, &mutex);
        counter++;
        turn = 1 - worker;
        pthread_cond_signal(&changed);
    }
    pthread_mutex_unlock(&mutex);
    return done;
}

static void *nothing(void *argument)
{
    counter++;
    return argument;
}

long floor_create_join(int worker, long loops)
{
    (void)worker;
    long done = 0;
    pthread_t thread;
    for (; done < loops; done++)
        if (pthread_create(&thread, NULL, nothing, NULL) || pthread_join(thread, NULL))
            break;
    return done;
}

long floor_fork_wait(int worker, long loops)
{
    (void)worker;
    long done = 0;
    for (; done < loops; done++) {
        int status = 0;
        pid_t child = fork();
        if (child == 0)
            _exit(7);
        if (child < 0 || waitpid(child, &status, 0) != child || WEXITSTATUS(status) != 7)
            break;
        counter++;
    }
    return done;
}

static int there[2], back[2];

int floor_open_pipes(void)
{
    return pipe(there) | pipe(back);
}

int floor_close_pipes(void)
{
    return close(there[0]) | close(there[1]) | close(back[0]) | close(back[1]);
}

long floor_pipe_round_trip(int worker, long loops)
{
    int out = worker == 0 ? there[1] : back[1], in = worker == 0 ? back[0] : there[0];
    char byte = 1;
    long done = 0;
    for (; done < loops; done++) {
        if (worker == 0 && write(out, &byte, 1) != 1)
            break;
        if (read(in, &byte, 1) != 1)
            break;
        counter++;
        if (worker == 1 && write(out, &byte, 1) != 1)
            break;
    }
    return done;
}

static struct timespec asleep;

void floor_set_sleep(int microseconds)
{
    asleep.tv_sec = microseconds / 1000000;
    asleep.tv_nsec = microseconds % 1000000 * 1000;
}

long floor_sleep(int worker, long loops)
{
    (void)worker;
    long done = 0;
    for (; done < loops; done++) {
        if (nanosleep(&asleep, NULL))
            break;
        counter++;
    }
    return done;
}

#ifdef _POSIX_BARRIERS
static pthread_barrier_t barrier;

int floor_init_barrier(unsigned workers)
{
    return pthread_barrier_init(&barrier, NULL, workers);
}

int floor_destroy_barrier(void)
{
    return pthread_barrier_destroy(&barrier);
}

long floor_barrier(int worker, long loops)
{
    (void)worker;
    long done = 0;
    for (; done < loops; done++) {
        int place = pthread_barrier_wait(&barrier);
        if (place == PTHREAD_BARRIER_SERIAL_THREAD)
            counter++;
        else if (place)
            break;
    }
    return done;
}
#endif
