import { DatePicker } from 'antd';
import { useLanguage } from '../lib/language.tsx';
import { calendar, dayOf, heldOf } from './calendar.ts';

const Picker = DatePicker.generatePicker(calendar);

type DayFieldProps = { value: string; onChange: (day: string) => void; min?: string | undefined; max?: string | undefined; clearable?: boolean; id?: string; 'aria-label'?: string; 'aria-describedby'?: string; 'aria-invalid'?: boolean };

/** One day ('' for none), written and picked in the app's language; it can be typed as well. */
export function DayField({ value, onChange, min, max, clearable = false, ...names }: DayFieldProps) {
  const language = useLanguage();
  return (
    <Picker
      {...names} className="day-field" format={language === 'en' ? 'MMM D, YYYY' : 'YYYY/MM/DD'} allowClear={clearable} value={value ? heldOf(value) : null} placeholder=""
      {...(min ? { minDate: heldOf(min) } : {})} {...(max ? { maxDate: heldOf(max) } : {})}
      onChange={(held: Date | null) => (held || clearable) && onChange(held ? dayOf(held) : '')}
    />
  );
}
