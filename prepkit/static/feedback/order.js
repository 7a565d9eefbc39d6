// Which answer comes when: one question across students, or one student across questions. Pure.
//
// An answer is {student, question, state}; its state is "new", "begun", "rated" or "changed" (rated, and the
// student has written something newer since).

export const isToRate = ({ state }) => state !== "rated";

const rank = (list) => new Map(list.map(({ id }, place) => [id, place]));

// Students as the page lists them: by their numbers if names are hidden, so that the place in the list says
// nothing; else as in the roster.
export const listed = (students, hidden) =>
  hidden ? [...students].sort((a, b) => a.number - b.number) : students;

export const nameOf = ({ number, name }, hidden) => (hidden ? `Student ${number}` : name);

// All answers in the order in which they are rated; `by` is "question" or "student".
export const inOrder = ({ students, questions, answers }, by, hidden) => {
  const [student, question] = [rank(listed(students, hidden)), rank(questions)];
  const first = by === "question" ? question : student;
  const second = by === "question" ? student : question;
  const other = by === "question" ? "student" : "question";
  return [...answers].sort((a, b) => first.get(a[by]) - first.get(b[by]) || second.get(a[other]) - second.get(b[other]));
};

export const isSame = (a, b) => a?.student === b?.student && a?.question === b?.question;

// The next answer, or the one before it, that is wanted; from the last one to the first. Null if there is none
// besides the present one.
export const neighbour = (ordered, current, step, isWanted = () => true) => {
  const at = ordered.findIndex((one) => isSame(one, current));
  const count = ordered.length;
  for (let away = 1; away <= count; away += 1) {
    const place = at < 0 ? (step > 0 ? away - 1 : count - away) : (((at + step * away) % count) + count) % count;
    const one = ordered[place];
    if (!isSame(one, current) && isWanted(one)) return one;
  }
  return null;
};

// Those of one question, or of one student.
export const within = (ordered, by, current) => ordered.filter((one) => one[by] === current[by]);

// How many of these answers are rated.
export const countRated = (answers) => answers.filter((one) => !isToRate(one)).length;
