import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { PostgreSQL, sql } from '@codemirror/lang-sql';
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorSelection, EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers, placeholder } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { type ReactElement, useEffect, useRef } from 'react';
import { completeColumns, type Tables } from './complete-columns.ts';
import { editorLabel, editorPlaceholder } from './sql-words.ts';

export interface SqlEditorProps {
  value: string;
  /** Where the cursor was in the plain field before; the editor takes the focus over from it. */
  cursor: readonly [from: number, to: number] | undefined;
  onChange: (value: string) => void;
  onRun: () => void;
  /** Columns by table, for completion. */
  tables: Tables;
  /** Where PostgreSQL or the hub found fault; the cursor goes there. Line and column from 1. */
  fault: { line: number; column: number } | undefined;
}

const highlight = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--accent)', fontWeight: '600' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--high)' },
  { tag: tags.number, color: 'var(--critical)' },
  { tag: tags.comment, color: 'var(--ink-3)', fontStyle: 'italic' },
  { tag: [tags.typeName, tags.standard(tags.name)], color: 'var(--low)' },
]);

const look = EditorView.theme({
  '&': { backgroundColor: 'var(--surface)', color: 'var(--ink)', fontSize: '13px', borderRadius: 'var(--radius)' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
  '.cm-scroller': { maxHeight: '46vh', minHeight: '200px', overflow: 'auto' },
  '.cm-content': { fontFamily: 'var(--mono)', caretColor: 'var(--ink)', minHeight: '180px', padding: '10px 0' },
  '.cm-gutters': { backgroundColor: 'var(--sunken)', color: 'var(--ink-3)', border: 'none' },
  '.cm-activeLine': { backgroundColor: 'transparent' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--accent-soft)',
  },
  '.cm-placeholder': { color: 'var(--ink-3)' },
  '.cm-tooltip': { backgroundColor: 'var(--raised)', border: '1px solid var(--line)', color: 'var(--ink)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--accent-soft)', color: 'var(--ink)' },
});

/** An editor for one statement. Escape, then Tab, leaves it by keyboard: Tab itself never indents. */
export function SqlEditor({ value, cursor, onChange, onRun, tables, fault }: SqlEditorProps): ReactElement {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const language = useRef(new Compartment());
  const calls = useRef({ onChange, onRun });
  useEffect(() => {
    calls.current = { onChange, onRun };
  });
  const first = useRef({ value, tables, cursor });
  useEffect(() => {
    if (host.current === null) return;
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: first.current.value,
        extensions: [
          extensions(() => calls.current),
          language.current.of(languageFor(first.current.tables)),
          nonceOf(document),
        ],
      }),
    });
    view.current = editor;
    if (first.current.cursor !== undefined) {
      const [from, to] = first.current.cursor.map((at) => Math.min(at, editor.state.doc.length));
      editor.dispatch({ selection: EditorSelection.single(from ?? 0, to) });
      editor.focus();
    }
    return () => editor.destroy();
  }, []);
  useEffect(() => {
    view.current?.dispatch({ effects: language.current.reconfigure(languageFor(tables)) });
  }, [tables]);
  useEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);
  useEffect(() => {
    const editor = view.current;
    if (editor === null || fault === undefined || fault.line > editor.state.doc.lines) return;
    const line = editor.state.doc.line(Math.max(1, fault.line));
    const at = Math.min(line.to, line.from + Math.max(0, fault.column - 1));
    editor.dispatch({ selection: EditorSelection.cursor(at), scrollIntoView: true });
    editor.focus();
  }, [fault]);
  return <div className="sql-editor" ref={host} />;
}

type Calls = Pick<SqlEditorProps, 'onChange' | 'onRun'>;

function extensions(calls: () => Calls): Extension {
  const run = (): boolean => {
    calls().onRun();
    return true;
  };
  return [
    lineNumbers(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    autocompletion(),
    highlightActiveLine(),
    syntaxHighlighting(highlight),
    look,
    placeholder(editorPlaceholder),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': editorLabel }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) calls().onChange(update.state.doc.toString());
    }),
    keymap.of([
      { key: 'Mod-Enter', run },
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...historyKeymap,
      ...completionKeymap,
    ]),
  ];
}

function languageFor(tables: Tables): Extension {
  const support = sql({
    dialect: PostgreSQL,
    schema: Object.fromEntries(Object.entries(tables).map(([table, columns]) => [table, [...columns]])),
    upperCaseKeywords: false,
  });
  return [support, support.language.data.of({ autocomplete: completeColumns(tables) })];
}

/** The hub admits style elements made at run time only with the nonce it wrote into the page. */
function nonceOf(page: Document): Extension {
  const nonce = page.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;
  return nonce === undefined || nonce === '' ? [] : EditorView.cspNonce.of(nonce);
}
