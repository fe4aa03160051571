// Starts npm's certified oidc-provider for one public client behind a TLS front; prints its port on one line.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const [issuer, redirect] = process.argv.slice(2);
const provider = new Provider(issuer, {
  clients: [{
    client_id: "presave",
    redirect_uris: [redirect],
    grant_types: ["authorization_code"],
    response_types: ["code"],
    token_endpoint_auth_method: "none",
  }],
  cookies: { keys: ["only-for-this-test"] },
  pkce: { required: () => true },
});
provider.proxy = true;
const server = createServer(provider.callback());
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
