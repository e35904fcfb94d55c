import { addressOf, ApiError } from '../../lib/api.ts';
import type { Upload } from './importQueries.ts';

type Reply = { uploads?: Upload[]; code?: unknown; facts?: unknown };

const replyOf = (text: string): Reply => {
  try {
    return JSON.parse(text) as Reply;
  } catch {
    return {};
  }
};

/** Hands one file over and tells how much of it has gone, 0–1: `fetch` cannot say, and a large file takes its time. */
export function sendFile(file: File, onShare: (share: number) => void): Promise<Upload> {
  const body = new FormData();
  body.append('file', file, file.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const refuse = (code: string, facts: Record<string, unknown> = {}) => reject(new ApiError({ status: request.status, code, facts }));
    request.open('POST', addressOf('/imports/uploads'));
    request.setRequestHeader('accept', 'application/json');
    request.setRequestHeader('x-perennial', '1');
    request.upload.onprogress = ({ loaded, total, lengthComputable }) => lengthComputable && onShare(loaded / Math.max(total, 1));
    request.onerror = () => refuse('server.unreachable');
    request.onload = () => {
      const { uploads, code, facts } = replyOf(request.responseText);
      const upload = uploads?.[0];
      if (request.status < 300 && upload) resolve(upload);
      else refuse(typeof code === 'string' ? code : 'request.failed', typeof facts === 'object' && facts !== null ? (facts as Record<string, unknown>) : {});
    };
    request.send(body);
  });
}
