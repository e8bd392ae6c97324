// Key presses as WebDriver actions (W3C WebDriver, "keyboard actions"), for Firefox and WebKitGTK alike.

const CODES: Record<string, string> = {
  Backspace: '\uE003', Tab: '\uE004', Enter: '\uE006', Shift: '\uE008', Control: '\uE009', Alt: '\uE00A', Escape: '\uE00C', Space: ' ', PageUp: '\uE00E', PageDown: '\uE00F',
  End: '\uE010', Home: '\uE011', ArrowLeft: '\uE012', ArrowUp: '\uE013', ArrowRight: '\uE014', ArrowDown: '\uE015', Insert: '\uE016', Delete: '\uE017', Meta: '\uE03D',
  ...Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`F${i + 1}`, String.fromCharCode(0xE031 + i)])),
};

interface KeyAction { type: 'keyDown' | 'keyUp'; value: string }

const parameters = (actions: KeyAction[]) => ({ actions: [{ type: 'key', id: 'keyboard', actions }] });

/** 'Control+Enter': the modifiers go down, then the key, then all up in reverse. */
export function pressActions(key: string) {
  const names = key === '+' ? ['+'] : key.endsWith('++') ? [...key.slice(0, -2).split('+'), '+'] : key.split('+');
  const values = names.map(name => {
    const value = CODES[name] ?? name;
    if ([...value].length !== 1) throw new Error(`press: unknown key ${name} in ${key}; known are single characters and ${Object.keys(CODES).join(', ')}`);
    return value;
  });
  return parameters([...values.map(value => ({ type: 'keyDown' as const, value })), ...values.toReversed().map(value => ({ type: 'keyUp' as const, value }))]);
}

/** Every character pressed and released; a newline is Enter. */
export function typeActions(text: string) {
  return parameters([...text].flatMap(character => {
    const value = character === '\n' ? CODES.Enter : character === '\t' ? CODES.Tab : character;
    return [{ type: 'keyDown' as const, value }, { type: 'keyUp' as const, value }];
  }));
}
