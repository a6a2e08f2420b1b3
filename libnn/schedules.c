/* The registry of schedules of the learning rate: schedules.def, included twice. */
#include <string.h>

#include "schedule.h"

#define SCHEDULE(NAME) extern const struct schedule schedule_##NAME;
#include "schedules.def"
#undef SCHEDULE

const struct schedule *const schedules[] = {
#define SCHEDULE(NAME) &schedule_##NAME,
#include "schedules.def"
#undef SCHEDULE
	NULL,
};

const struct schedule *
schedule_find(const char *name)
{
	int i;

	for (i = 0; schedules[i] != NULL; i++)
		if (strcmp(schedules[i]->name, name) == 0)
			return schedules[i];
	return NULL;
}
