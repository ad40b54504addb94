import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

// Node has it; the test installs no types of Node.
declare const process: { argv: string[] };
const [url = "", token = "", procedure = "", receivedBy = "", territory = ""] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl: url, headers: { Authorization: `Bearer ${token}` } });

const body: components["schemas"]["SubmissionBody"] = {
  procedure,
  channel: "online",
  received_by: receivedBy,
  matter: { territory },
  applicant: { name: "Nguyễn Văn An", identity_number: "037099001234", birth_date: "1999-01-01" },
};
const key = { header: { "Idempotency-Key": crypto.randomUUID() } };
const { data: receipt, error, response } = await client.POST("/v1/dossiers", { params: key, body });
if (receipt === undefined || !("state" in receipt)) {
  throw new Error(`${response.status} ${error?.code}`);
}
const read = await client.GET("/v1/dossiers/{code}", { params: { path: { code: receipt.dossier } } });
if (read.data === undefined) {
  throw new Error(read.error.code);
}
const state: components["schemas"]["State"] = read.data.state;
console.log(receipt.dossier, state);
