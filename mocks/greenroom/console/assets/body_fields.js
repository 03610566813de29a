// The files of a body, and the parts of a GraphQL request, as fields of their own.

/**
 * Gives the contents of the chosen files in base64 by name; `changed` is called after each choice.
 * @param {HTMLFormElement} form @param {() => void} changed
 */
export function files(form, changed) {
  const contents = {};
  const inputs = [...form.querySelectorAll("[data-file]")];
  const media = form.elements.media_type;
  const label = (input) => input.closest("[data-of]");
  const ofMedia = () => inputs.filter((input) => !media || label(input).dataset.of === media.value);
  const show = () => inputs.forEach((input) => (label(input).hidden = !ofMedia().includes(input)));
  media?.addEventListener("change", show);
  show();
  for (const input of inputs) {
    input.addEventListener("change", async () => {
      const bytes = input.files[0] && new Uint8Array(await input.files[0].arrayBuffer());
      delete contents[input.dataset.file];
      if (bytes) contents[input.dataset.file] = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
      changed();
    });
  }
  return () => Object.fromEntries(ofMedia().map(({ dataset: { file } }) => [file, contents[file]]).filter(([, text]) => text !== undefined));
}

function json(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Keeps query and variables the same as the body; gives what reads them from it. */
export function graphql(form) {
  const fields = [...form.querySelectorAll("[data-graphql]")];
  const { body } = form.elements;
  const read = () => {
    for (const field of fields) {
      const value = json(body.value)?.[field.dataset.graphql] ?? "";
      field.value = typeof value === "string" ? value : JSON.stringify(value, null, 2);
    }
  };
  const write = () => {
    const given = { ...json(body.value) };
    for (const { dataset: { graphql: name }, value } of fields) {
      delete given[name];
      if (value.trim()) given[name] = name === "query" ? value : json(value) ?? value;
    }
    body.value = JSON.stringify(given, null, 2);
  };
  for (const field of fields) field.addEventListener("input", write);
  if (fields.length) body.addEventListener("input", read);
  read();
  return read;
}
