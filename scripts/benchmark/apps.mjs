// The Node libraries that have no command of their own: `node apps.mjs NAME CONTRACT PORT BASE_PATH KEY`.
// It is copied next to the packages that it imports, since a module looks for them from where it is.
import { createServer } from 'node:http'

const HOST = '127.0.0.1'

/** Scalar's mock server, as its documentation starts it. */
async function scalar(contract, port) {
  const { createMockServer } = await import('@scalar/mock-server')
  const { serve } = await import('@hono/node-server')
  const app = await createMockServer({ document: contract, logger: false })
  serve({ fetch: app.fetch, hostname: HOST, port })
}

/** openapi-backend on Node's own server; what is not in the library is as short as it can be. */
async function openapiBackend(contract, port, basePath, key) {
  const { OpenAPIBackend } = await import('openapi-backend')
  const { default: addFormats } = await import('ajv-formats')
  const send = (response, { status, mock }) => {
    const body = JSON.stringify(mock)
    response.writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    })
    response.end(body)
  }
  const mocked = (code) => (context, request, response) =>
    send(response, context.api.mockResponseForOperation(context.operation.operationId, { code }))
  const unknown = (context, request, response) => send(response, { status: 404, mock: {} })
  const api = new OpenAPIBackend({
    definition: contract,
    apiRoot: basePath,
    customizeAjv: (ajv) => addFormats(ajv),
    handlers: {
      notImplemented: mocked(),
      validationFail: mocked(400),
      unauthorizedHandler: mocked(401),
      notFound: unknown,
      methodNotAllowed: unknown,
    },
    securityHandlers: { ApiKey: (context) => context.request.headers['x-api-key'] === key },
  })
  await api.init()
  const respond = async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const parts = { method: request.method, path: request.url, headers: request.headers }
    const body = chunks.length ? Buffer.concat(chunks).toString() : undefined
    await api.handleRequest({ ...parts, body }, request, response)
  }
  createServer(respond).listen(port, HOST)
}

const [name, contract, port, basePath, key] = process.argv.slice(2)
await { scalar, 'openapi-backend': openapiBackend }[name](contract, Number(port), basePath, key)
