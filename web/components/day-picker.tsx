import { type DateValue, parseDate } from '@internationalized/date';
import { type ReactElement, useState } from 'react';
import {
  Button,
  Calendar,
  CalendarCell,
  CalendarGrid,
  DateInput,
  DatePicker,
  DateSegment,
  Dialog,
  FieldError,
  Group,
  Heading,
  I18nProvider,
  Label,
  Popover,
  Text,
} from 'react-aria-components';
import { type DayFieldProps, dayProblem, utcDay } from './day-words.ts';
import { Icon } from './icons.tsx';

/** An address may hold anything. */
function dateOf(day: string | undefined): DateValue | null {
  try {
    return day === undefined || day === '' ? null : parseDate(day);
  } catch {
    return null;
  }
}

/** A locale that writes 2026-11-21, in English. */
const locale = 'en-CA';

/**
 * Told when a person is done, not with each digit: on Enter, on leaving, on choosing in the calendar. What lies outside
 * the limits stays with its reason and is not told.
 */
export function DayPicker(props: DayFieldProps): ReactElement {
  const { label, value, onChange, min, max, compact = false, help, error, optional = false } = props;
  // Holds as long as the value it was begun on.
  const [begun, setBegun] = useState({ on: value, date: dateOf(value) });
  const draft = begun.on === value ? begun.date : dateOf(value);
  const day = draft?.toString();
  // The calendar's own today is that of the reader's zone.
  const today = parseDate(utcDay());
  const problem = day === undefined ? error : (dayProblem(day, { min, max }) ?? error);
  const isToday = (date: DateValue): boolean => date.toString() === today.toString();
  const tell = (next: DateValue | null): void => {
    const chosen = next?.toString();
    if (chosen === (value === '' ? undefined : value)) return;
    if (chosen === undefined || dayProblem(chosen, { min, max }) === undefined) onChange(chosen);
  };
  return (
    <I18nProvider locale={locale}>
      {/* The segments keep their keys to themselves, so Enter is heard on its way in. */}
      <span
        className="day-keys"
        role="presentation"
        onKeyDownCapture={(event) =>
          event.key === 'Enter' && (event.target as HTMLElement).role === 'spinbutton' ? tell(draft) : undefined
        }
      >
        <DatePicker
          className={compact ? 'day-field' : 'field'}
          {...(compact ? { 'aria-label': label } : {})}
          granularity="day"
          placeholderValue={today}
          shouldForceLeadingZeros
          value={draft}
          minValue={dateOf(min)}
          maxValue={dateOf(max)}
          isInvalid={problem !== undefined}
          validationBehavior="aria"
          onChange={(date) => setBegun({ on: value, date })}
          onBlur={() => tell(draft)}
          onOpenChange={(open) => (open ? undefined : tell(draft))}
        >
          {compact ? null : (
            <Label>
              {label}
              {optional ? <span className="optional"> optional</span> : null}
            </Label>
          )}
          <Group className="day-box">
            <DateInput className="day-input">
              {(segment) => <DateSegment className="day-segment" segment={segment} />}
            </DateInput>
            <span className="note">UTC</span>
            <Button className="icon-button" aria-label="Calendar">
              <Icon name="calendar" />
            </Button>
          </Group>
          <FieldError className="field-error">{problem}</FieldError>
          {help === undefined ? null : (
            <Text slot="description" className="field-help">
              {help}
            </Text>
          )}
          <Popover className="popover" placement="bottom start" containerPadding={12}>
            <Dialog className="popover-dialog">
              <Calendar className="calendar" firstDayOfWeek="mon" defaultFocusedValue={draft ?? today}>
                <div className="calendar-head">
                  <Button slot="previous" className="icon-button">
                    <Icon name="left" />
                  </Button>
                  <Heading />
                  <Button slot="next" className="icon-button">
                    <Icon name="right" />
                  </Button>
                </div>
                <CalendarGrid>
                  {(date) => (
                    <CalendarCell date={date} className={isToday(date) ? 'calendar-day today' : 'calendar-day'} />
                  )}
                </CalendarGrid>
              </Calendar>
            </Dialog>
          </Popover>
        </DatePicker>
      </span>
    </I18nProvider>
  );
}
