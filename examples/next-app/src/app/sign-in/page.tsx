import { SignInForm } from '../../components/sign-in-form';

export default function SignInPage() {
  return (
    <main className="sign-in">
      <div className="card">
        <h1>Sign in</h1>
        <SignInForm />
        <p className="muted">
          On the local stack: alice@example.com, bob@example.com or carol@example.com, each with the password
          password123.
        </p>
      </div>
    </main>
  );
}
