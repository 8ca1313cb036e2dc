import { type ComponentType, type ReactElement, useEffect, useRef, useState } from 'react';
import type { SqlEditorProps } from './sql-editor.tsx';
import { editorLabel, editorPlaceholder } from './sql-words.ts';

/**
 * A plain field that works at once. Whoever enters it, or is shown a fault in it, gets the editor (colours, completion)
 * as soon as that is there; a page that is only looked at never loads it.
 */
export function SqlField(props: Omit<SqlEditorProps, 'cursor'>): ReactElement {
  const { value, onChange, onRun, fault } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const [Editor, setEditor] = useState<ComponentType<SqlEditorProps>>();
  const [cursor, setCursor] = useState<SqlEditorProps['cursor']>();
  const [wanted, want] = useState(false);
  const needed = wanted || fault !== undefined;
  useEffect(() => {
    if (!needed) return;
    let there = true;
    // Without it the plain field stays: it runs statements as well.
    void import('./sql-editor.tsx').then(
      ({ SqlEditor }) => {
        if (!there) return;
        const plain = field.current;
        if (plain !== null && document.activeElement === plain) setCursor([plain.selectionStart, plain.selectionEnd]);
        setEditor(() => SqlEditor);
      },
      () => undefined,
    );
    return () => {
      there = false;
    };
  }, [needed]);
  if (Editor !== undefined) return <Editor {...props} cursor={cursor} />;
  return (
    <textarea
      ref={field}
      className="sql-plain mono"
      aria-label={editorLabel}
      placeholder={editorPlaceholder}
      spellCheck={false}
      autoComplete="off"
      value={value}
      onFocus={() => want(true)}
      onPointerEnter={() => want(true)}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        onRun();
      }}
    />
  );
}
