// Serves the site with the isolation headers: node web/isolation/serve.ts FOLDER [PORT]
import { serve } from './server.ts';

const [folder = 'build/site', port = '8000'] = process.argv.slice(2);
try {
  const site = await serve(folder, { headers: true, port: Number(port) });
  console.log(`Photo Finish: ${site.url}   (Ctrl-C ends it)`);
} catch (error) {
  const { code } = error as NodeJS.ErrnoException;
  console.error(code === 'EADDRINUSE' ? `Port ${port} is taken. Try: make serve PORT=${Number(port) + 1}` : String(error));
  process.exitCode = 1;
}
