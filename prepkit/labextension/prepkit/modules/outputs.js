// A kernel's messages -> the outputs of a notebook's cell.

// Returns the output that a message brings; null for messages that bring none.
export const outputOf = ({ header: { msg_type: kind }, content }) => {
  switch (kind) {
    case "display_data":
      return { output_type: kind, data: content.data, metadata: content.metadata };
    case "execute_result":
      // Shown like any other output: the cell's number isn't that of this run.
      return { output_type: "display_data", data: content.data, metadata: content.metadata };
    case "stream":
      return { output_type: kind, name: content.name, text: content.text };
    default:
      return null;
  }
};
