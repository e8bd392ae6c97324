// What records Firefox's console and requests: scripts that run in the browser's own process with its rights (marionette's chrome context).
// console.* comes from the content processes, also from workers, shared and service workers; errors, CSP violations and warnings
// come to the parent's console service; each request of a page or worker passes the parent's HTTP observer.
// Nothing attaches to a worker, so nothing delays its start.

/** Marionette ends a script when its last argument is called. */
const wrap = (body: string): string => `const answer = arguments[arguments.length - 1]; const shared = Cu.getGlobalForObject(Services); ${body}`;

/** Runs in each content process. */
const IN_CONTENT = `
  const storage = Cc['@mozilla.org/consoleAPI-storage;1'].getService(Ci.nsIConsoleAPIStorage);
  const types = { warn: 'warning', error: 'error', assert: 'error', exception: 'error', info: 'info', debug: 'debug' };
  storage.addLogEventListener(event => {
    const message = event.wrappedJSObject ?? event;
    if (/^(chrome|resource|moz-)/.test(message.filename)) return;      // the browser's own
    const text = Array.from(message.arguments ?? [], argument => {
      try { return typeof argument === 'object' && argument !== null && !argument.stack ? JSON.stringify(argument) : String(argument); } catch { return 'object'; }
    }).join(' ');
    Services.cpmm.sendAsyncMessage('drive:console', { type: types[message.level] ?? 'log', text });
  }, Services.scriptSecurityManager.getSystemPrincipal());
`;

export const RECORD = wrap(`
  const messages = [], requests = [];
  shared.driveRecord = { messages, requests };
  Services.ppmm.addMessageListener('drive:console', message => { messages.push(message.data); });
  Services.ppmm.loadProcessScript('data:application/javascript;charset=utf-8,' + encodeURIComponent(${JSON.stringify(`{${IN_CONTENT}}`)}), true);
  Services.console.registerListener({ observe(message) {
    if (!(message instanceof Ci.nsIScriptError) || message.isFromChromeContext || /^(chrome|resource|moz-)/.test(message.sourceName)) return;
    if (!message.innerWindowID && !/^(https?|blob|data):/.test(message.sourceName)) return;
    const text = message.errorMessage + (message.sourceName ? ' (' + message.sourceName + ':' + message.lineNumber + ')' : '');
    const warning = message.flags & Ci.nsIScriptError.warningFlag;
    messages.push({ text, type: /CSP/.test(message.category) ? 'csp' : warning ? 'warning' : /javascript|worker/i.test(message.category) ? 'uncaught' : 'error' });
  } });
  Services.obs.addObserver(subject => {
    const channel = subject.QueryInterface(Ci.nsIHttpChannel), { loadInfo } = channel;
    const own = loadInfo.triggeringPrincipal.isSystemPrincipal && loadInfo.externalContentPolicyType !== Ci.nsIContentPolicy.TYPE_DOCUMENT;
    if (!own) requests.push(channel.URI.spec);
  }, 'http-on-modify-request');
  answer();
`);

/** Gives what was recorded since the last time; a moment's wait lets messages under way from the content processes arrive. */
export const COLLECT = wrap(`
  const { messages, requests } = shared.driveRecord;
  setTimeout(() => answer({ messages: messages.splice(0), requests: requests.splice(0) }), 50);
`);
