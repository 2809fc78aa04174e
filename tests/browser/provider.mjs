// A real OpenID Connect provider on loopback, for the tests: whoever signs in as NAME is NAME@anytown.example.
import { Provider } from "oidc-provider";

/** Starts it for one client; gives its issuer and a way to stop it. */
export async function startProvider(redirectUri) {
  const { server, port } = await listening();
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "evenly",
        client_secret: "a-secret-of-the-tests",
        redirect_uris: [redirectUri],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    pkce: { required: () => true },
    cookies: { keys: ["only-for-tests"] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@anytown.example`, email_verified: !id.startsWith("unverified") }),
    }),
  });
  server.on("request", provider.callback());
  return { issuer, stop: () => new Promise((done) => server.close(done)) };
}

async function listening() {
  const { createServer } = await import("node:http");
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { server, port: server.address().port };
}
