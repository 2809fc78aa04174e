// A real OpenID Connect provider on this machine, such as a trust's own, with whoever signs in as its account.
import { createServer } from "node:http";
import Provider from "oidc-provider";

/** Begins to listen; `open` says who may send people here, once that is known. */
export async function listen() {
  let answer = (_request, response) => response.writeHead(503).end();
  const server = createServer((request, response) => answer(request, response));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const open = (client) => {
    const provider = new Provider(issuer, {
      clients: [client],
      claims: { openid: ["sub"], email: ["email", "email_verified"] },
      conformIdTokenClaims: false,
      findAccount: (_context, id) => ({
        accountId: id,
        claims: () => ({ sub: id, email: id, email_verified: !id.startsWith("unverified") }),
      }),
      cookies: { keys: ["only for tests"] },
    });
    answer = provider.callback();
  };
  return { issuer, open, close: () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }) };
}
